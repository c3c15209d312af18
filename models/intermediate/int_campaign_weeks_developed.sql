with

weeks as (

    select * from {{ ref('int_campaign_weeks') }}

),

shares as (

    select *
    from {{ ref('int_developed_shares') }}
    where triangle = 'click_week'

),

patterns as (

    select
        shares.business_line,
        shares.platform,
        max(shares.step) as last_step
    from shares
    inner join {{ ref('int_credible_platforms') }} as credible
        on
            shares.business_line = credible.business_line
            and shares.platform = credible.platform
    group by shares.business_line, shares.platform

),

-- The pattern of the platform, or that of the line till the platform has one.
chosen as (

    select
        weeks.*,
        coalesce(own_patterns.platform, 'all') as pattern_platform,
        coalesce(own_patterns.last_step, line_patterns.last_step) as last_step
    from weeks
    left join patterns as own_patterns
        on
            weeks.business_line = own_patterns.business_line
            and weeks.platform = own_patterns.platform
    left join patterns as line_patterns
        on
            weeks.business_line = line_patterns.business_line
            and line_patterns.platform = 'all'

)

select
    chosen.*,
    shares.developed_share,
    shares.process_variance,
    shares.estimation_variance,
    -- A decimal: sums of floats depend on their order.
    {{ estimated_rate('chosen.spend * shares.developed_share') }} as developed_spend
from chosen
-- What is older than the last factor is as far developed as after it.
left join shares
    on
        chosen.business_line = shares.business_line
        and chosen.pattern_platform = shares.platform
        and least(chosen.lived_step, chosen.last_step) = shares.step
