with

campaign_weeks as (

    select
        'campaign' as level,
        business_line,
        age_days,
        spend,
        observed_value,
        projected_value,
        final_value,
        case when is_held then 1 else 0 end as held_count
    from {{ ref('int_projections_judged') }}

),

-- The campaigns of a line together: chance evens out, and what is left is the pattern's error.
line_weeks as (

    select
        'line' as level,
        business_line,
        age_days,
        sum(spend) as spend,
        sum(observed_value) as observed_value,
        sum(projected_value) as projected_value,
        sum(final_value) as final_value,
        cast(null as integer) as held_count
    from {{ ref('int_projections_judged') }}
    group by reported_at, business_line, week_start_date, age_days

),

weeks as (

    select * from campaign_weeks
    union all
    select * from line_weeks

),

summed as (

    select
        level,
        business_line,
        cast(age_days as integer) as age_days,
        cast(count(*) as bigint) as week_count,
        cast(sum(held_count) as bigint) as held_week_count,
        cast(sum(spend) as decimal(18, 2)) as spend,
        cast(sum(observed_value) as decimal(18, 2)) as observed_value,
        {{ estimated_money('sum(projected_value)') }} as projected_value,
        cast(sum(final_value) as decimal(18, 2)) as final_value,
        {{ estimated_money('sum(abs(observed_value - final_value))') }} as observed_error,
        {{ estimated_money('sum(abs(projected_value - final_value))') }} as projected_error
    from weeks
    group by level, business_line, age_days

)

select
    *,
    {{ ratio('observed_error', 'spend') }} as observed_error_roas,
    {{ ratio('projected_error', 'spend') }} as projected_error_roas,
    {{ ratio('projected_error', 'observed_error') }} as error_ratio,
    {{ ratio('held_week_count', 'week_count') }} as held_rate
from summed
