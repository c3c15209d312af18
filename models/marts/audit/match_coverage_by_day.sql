with

conversions as (

    select
        *,
        cast(anchor_at as date) as conversion_date
    from {{ ref('conversions') }}

),

counted as (

    select
        conversion_date,
        conversion_type,
        match_status,
        match_source,
        match_reason,
        click_id_type,
        count(*) as conversion_count,
        cast(sum(coalesce(net_revenue, won_value, 0)) as decimal(18, 2)) as value
    from conversions
    group by
        conversion_date, conversion_type, match_status, match_source, match_reason, click_id_type

),

compared as (

    select
        *,
        sum(conversion_count) over (partition by conversion_date, conversion_type)
            as day_conversion_count
    from counted

)

select
    conversion_date,
    conversion_type,
    match_status,
    match_source,
    match_reason,
    click_id_type,
    conversion_count,
    value,
    {{ ratio('conversion_count', 'day_conversion_count') }} as share_of_day_rate
from compared
