with

weeks as (

    select * from {{ ref('int_campaign_weeks') }}

),

shares as (

    select *
    from {{ ref('int_developed_shares') }}
    where triangle = 'click_week'

),

-- A platform is believed on its own from a hundred conversions on; till then its line is.
credible as (

    select
        business_line,
        platform,
        case
            when sum(conversion_count) >= {{ credible_conversion_count() }} then platform
            else 'all'
        end as pattern_platform
    from weeks
    group by business_line, platform

),

patterns as (

    select
        business_line,
        platform,
        max(step) as last_step
    from shares
    group by business_line, platform

)

select
    weeks.*,
    credible.pattern_platform,
    shares.developed_share,
    shares.process_variance,
    shares.estimation_variance,
    -- A decimal: sums of floats depend on their order.
    {{ estimated_rate('weeks.spend * shares.developed_share') }} as developed_spend
from weeks
inner join credible
    on
        weeks.business_line = credible.business_line
        and weeks.platform = credible.platform
left join patterns
    on
        weeks.business_line = patterns.business_line
        and credible.pattern_platform = patterns.platform
-- What is older than the last factor is as far developed as after it.
left join shares
    on
        patterns.business_line = shares.business_line
        and patterns.platform = shares.platform
        and least(weeks.lived_step, patterns.last_step) = shares.step
