with

weeks as (

    select
        developed.business_line,
        developed.platform,
        developed.account_id,
        developed.campaign_id,
        developed.week_start_date,
        developed.pattern_platform,
        developed.lived_step,
        developed.developed_share,
        developed.observed_value,
        developed.spend * expectations.expected_roas as expected_value,
        expectations.conversion_size
    from {{ ref('int_campaign_weeks_developed') }} as developed
    inner join {{ ref('int_campaign_expectations') }} as expectations
        on
            developed.business_line = expectations.business_line
            and developed.platform = expectations.platform
            and developed.account_id = expectations.account_id
            and developed.campaign_id = expectations.campaign_id
    where developed.developed_share is not null

),

shares as (

    select *
    from {{ ref('int_developed_shares') }}
    where triangle = 'click_week'

),

increments as (

    select
        business_line,
        platform,
        account_id,
        campaign_id,
        week_start_date,
        week_step,
        sum(revenue) as revenue
    from {{ ref('int_credited_value') }}
    group by business_line, platform, account_id, campaign_id, week_start_date, week_step

),

-- What each week has gained since each step that it has lived, and what it should have.
gained as (

    select
        weeks.business_line,
        weeks.pattern_platform,
        weeks.conversion_size,
        shares.step,
        weeks.expected_value * (weeks.developed_share - shares.developed_share)
            as expected_gain,
        weeks.observed_value - sum(coalesce(increments.revenue, 0)) over (
            partition by
                weeks.business_line, weeks.platform, weeks.account_id, weeks.campaign_id,
                weeks.week_start_date
            order by shares.step
            rows unbounded preceding
        ) as gain
    from weeks
    inner join shares
        on
            weeks.business_line = shares.business_line
            and weeks.pattern_platform = shares.platform
            and weeks.lived_step > shares.step
    left join increments
        on
            weeks.business_line = increments.business_line
            and {{ same_campaign('weeks', 'increments', 'week_start_date') }}
            and shares.step = increments.week_step

),

surprised as (

    select
        business_line,
        pattern_platform,
        step,
        conversion_size,
        abs(expected_gain) as expected_size,
        power(greatest(gain - expected_gain, 0), 2) as squared_surplus,
        power(least(gain - expected_gain, 0), 2) as squared_shortfall
    from gained

)

-- Twice the squares of one side: as of a distribution whose two halves differ.
select
    business_line,
    pattern_platform,
    step,
    -- Upwards at least that of conversions that come one by one.
    greatest(
        coalesce(2 * sum(squared_surplus) / nullif(sum(expected_size), 0), 0),
        max(conversion_size)
    ) as dispersion_up,
    coalesce(
        2 * sum(squared_shortfall) / nullif(sum(expected_size), 0), max(conversion_size)
    ) as dispersion_down
from surprised
group by business_line, pattern_platform, step
