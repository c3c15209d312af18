with

spend as (

    select
        'ecommerce' as business_line,
        platform,
        account_id,
        campaign_id,
        spend_date,
        ecommerce_spend as spend
    from {{ ref('int_spend') }}
    where ecommerce_spend <> 0

    union all

    select
        'lead_gen' as business_line,
        platform,
        account_id,
        campaign_id,
        spend_date,
        lead_gen_spend as spend
    from {{ ref('int_spend') }}
    where lead_gen_spend <> 0

),

-- A week may lie in two quarters, so days are asked for the share of their week.
days as (

    select
        *,
        cast({{ dbt.date_trunc('quarter', 'spend_date') }} as date) as quarter_start_date,
        cast({{ dbt.date_trunc('week', 'spend_date') }} as date) as week_start_date
    from spend

)

-- A week that is not over has no share yet: none of its value counts as seen.
select
    days.business_line,
    days.platform,
    days.account_id,
    days.campaign_id,
    days.quarter_start_date,
    sum(days.spend) as spend,
    sum(days.spend * coalesce(weeks.developed_share, 0)) as developed_spend,
    case
        when sum(days.spend) > 0 and count(weeks.developed_share) > 0
            then
                sum(cast(days.spend as double) * coalesce(weeks.developed_share, 0))
                / sum(days.spend)
    end as developed_share
from days
left join {{ ref('int_campaign_weeks_developed') }} as weeks
    on
        days.business_line = weeks.business_line
        and {{ same_campaign('days', 'weeks', 'week_start_date') }}
group by
    days.business_line, days.platform, days.account_id, days.campaign_id,
    days.quarter_start_date
