-- A curve that does not end at the month's own value is the curve of something else.
with

reported as (

    select
        'ecommerce' as business_line,
        platform,
        month_start_date,
        ecommerce_spend as spend,
        ecommerce_net_revenue as latest_value
    from {{ ref('roas_side_by_side') }}

    union all

    select
        'lead_gen' as business_line,
        platform,
        month_start_date,
        lead_gen_spend as spend,
        lead_gen_won_value as latest_value
    from {{ ref('roas_side_by_side') }}

),

ended as (

    select
        *,
        {{ dbt.dateadd('month', 1, 'month_start_date') }} as next_month_at
    from reported
    where platform <> 'unattributed'

),

-- A month is followed as soon as it is over.
followed as (

    select ended.*
    from ended
    cross join {{ ref('int_observation') }} as observation
    where ended.next_month_at <= observation.observed_date

),

months as (

    select distinct
        business_line,
        platform,
        month_start_date,
        spend,
        latest_value
    from {{ ref('value_by_click_age') }}

)

select
    coalesce(followed.business_line, months.business_line) as business_line,
    coalesce(followed.platform, months.platform) as platform,
    coalesce(followed.month_start_date, months.month_start_date) as month_start_date,
    followed.latest_value as reported_value,
    months.latest_value as followed_value
from followed
full outer join months
    on {{ same_cohort('followed', 'months') }}
where
    coalesce(followed.spend, 0) <> coalesce(months.spend, 0)
    or coalesce(followed.latest_value, 0) <> coalesce(months.latest_value, 0)
