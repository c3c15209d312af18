with

spend as (

    select * from {{ ref('int_line_spend') }}

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
    sum({{ estimated_rate('days.spend * coalesce(weeks.developed_share, 0)') }})
        as developed_spend,
    case
        when sum(greatest(days.spend, 0)) > 0 and count(weeks.developed_share) > 0
            then
                sum({{ estimated_rate(
                    'greatest(days.spend, 0) * coalesce(weeks.developed_share, 0)'
                ) }}) / sum(greatest(days.spend, 0))
    end as developed_share
from days
left join {{ ref('int_campaign_weeks_developed') }} as weeks
    on
        days.business_line = weeks.business_line
        and {{ same_campaign('days', 'weeks', 'week_start_date') }}
group by
    days.business_line, days.platform, days.account_id, days.campaign_id,
    days.quarter_start_date
