with

entries as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'click_date') }} as date) as month_start_date
    from {{ ref('int_credited_value') }}

),

spend_months as (

    select
        business_line,
        platform,
        cast({{ dbt.date_trunc('month', 'spend_date') }} as date) as month_start_date,
        sum(spend) as spend
    from {{ ref('int_line_spend') }}
    group by business_line, platform, {{ dbt.date_trunc('month', 'spend_date') }}

),

latest as (

    select
        business_line,
        platform,
        month_start_date,
        sum(revenue) as latest_value
    from entries
    group by business_line, platform, month_start_date

),

-- A month that cost and earned nothing is a cohort too.
cohorts as (

    select
        business_line,
        platform,
        month_start_date
    from spend_months
    union distinct
    select
        business_line,
        platform,
        month_start_date
    from latest

),

ages as (

    {{ click_ages() }}

),

ended as (

    select
        *,
        {{ dbt.dateadd('month', 1, 'month_start_date') }} as next_month_at
    from cohorts

),

-- The youngest click of a month has lived as long as the month is over.
lived as (

    select
        ended.business_line,
        ended.platform,
        ended.month_start_date,
        ages.age_days
    from ended
    cross join ages
    cross join {{ ref('int_observation') }} as observation
    where {{ days_between('ended.next_month_at', 'observation.observed_date') }} >= ages.age_days

),

-- An entry counts at its own age and at every later one.
aged as (

    select
        lived.business_line,
        lived.platform,
        lived.month_start_date,
        lived.age_days,
        sum(entries.revenue) as cumulative_value
    from lived
    inner join entries
        on
            lived.business_line = entries.business_line
            and lived.platform = entries.platform
            and lived.month_start_date = entries.month_start_date
            and lived.age_days >= entries.age_days
    group by
        lived.business_line, lived.platform, lived.month_start_date, lived.age_days

),

measured as (

    select
        lived.business_line,
        lived.platform,
        lived.month_start_date,
        cast(lived.age_days as integer) as age_days,
        cast(coalesce(spend_months.spend, 0) as decimal(18, 2)) as spend,
        cast(coalesce(aged.cumulative_value, 0) as decimal(18, 2)) as cumulative_value,
        cast(coalesce(latest.latest_value, 0) as decimal(18, 2)) as latest_value
    from lived
    left join spend_months
        on {{ same_cohort('lived', 'spend_months') }}
    left join latest
        on {{ same_cohort('lived', 'latest') }}
    left join aged
        on
            {{ same_cohort('lived', 'aged') }}
            and lived.age_days = aged.age_days

)

select
    business_line,
    platform,
    month_start_date,
    age_days,
    spend,
    cumulative_value,
    latest_value,
    {{ ratio('cumulative_value', 'latest_value') }} as latest_share,
    {{ ratio('cumulative_value', 'spend') }} as roas
from measured
