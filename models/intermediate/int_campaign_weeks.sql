with

spend as (

    select * from {{ ref('int_line_spend') }}

),

spend_weeks as (

    select
        business_line,
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('week', 'spend_date') }} as date) as week_start_date,
        sum(spend) as spend
    from spend
    group by
        business_line, platform, account_id, campaign_id,
        {{ dbt.date_trunc('week', 'spend_date') }}

),

-- All entries of a conversion stand in the week of its one click.
conversions as (

    select
        business_line,
        platform,
        account_id,
        campaign_id,
        week_start_date,
        conversion_id,
        sum(revenue) as revenue
    from {{ ref('int_credited_value') }}
    group by
        business_line, platform, account_id, campaign_id, week_start_date, conversion_id

),

value_weeks as (

    select
        business_line,
        platform,
        account_id,
        campaign_id,
        week_start_date,
        sum(revenue) as observed_value,
        sum(case when revenue <> 0 then 1 else 0 end) as conversion_count,
        sum(abs(revenue)) as absolute_value,
        -- Exact, as no sum of floats is: their order would show.
        sum(cast(revenue as decimal(20, 2)) * cast(revenue as decimal(18, 2)))
            as squared_value
    from conversions
    group by business_line, platform, account_id, campaign_id, week_start_date

),

weeks as (

    select
        business_line,
        platform,
        account_id,
        campaign_id,
        week_start_date
    from spend_weeks
    union distinct
    select
        business_line,
        platform,
        account_id,
        campaign_id,
        week_start_date
    from value_weeks

),

aged as (

    select
        weeks.*,
        {{ days_between('weeks.week_start_date', 'observation.observed_date') }} - 7
            as lived_days
    from weeks
    cross join {{ ref('int_observation') }} as observation

)

select
    aged.business_line,
    aged.platform,
    aged.account_id,
    aged.campaign_id,
    aged.week_start_date,
    aged.lived_days,
    {{ development_step('aged.lived_days') }} as lived_step,
    coalesce(spend_weeks.spend, 0) as spend,
    coalesce(value_weeks.observed_value, 0) as observed_value,
    coalesce(value_weeks.conversion_count, 0) as conversion_count,
    coalesce(value_weeks.absolute_value, 0) as absolute_value,
    coalesce(value_weeks.squared_value, 0) as squared_value
from aged
left join spend_weeks
    on
        aged.business_line = spend_weeks.business_line
        and {{ same_campaign('aged', 'spend_weeks', 'week_start_date') }}
left join value_weeks
    on
        aged.business_line = value_weeks.business_line
        and {{ same_campaign('aged', 'value_weeks', 'week_start_date') }}
-- A week that is not over has neither all its clicks nor all its spend.
where aged.lived_days >= 0
