with

visible as (

    select
        *,
        lag(visible_share) over in_turn as share_before,
        lag(age_days) over in_turn as age_before
    from {{ ref('int_visible_shares') }}
    window in_turn as (partition by business_line, platform order by age_days)

),

-- Between two ages value is taken to come evenly.
reached as (

    select
        business_line,
        platform,
        conversion_count,
        {{ days_to_share(0.5) }} as days_to_half_value,
        {{ days_to_share(0.9) }} as days_to_ninety_percent_value
    from visible

)

select
    business_line,
    platform,
    cast(min(days_to_half_value) as integer) as days_to_half_value,
    cast(min(days_to_ninety_percent_value) as integer) as days_to_90_percent_value,
    cast(max(conversion_count) as bigint) as conversion_count
from reached
group by business_line, platform
