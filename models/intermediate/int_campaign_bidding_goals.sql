with

-- Platforms, their APIs and their exports write one name in many ways.
campaigns as (

    select
        *,
        replace(replace(replace(lower(bidding_strategy), '_', ''), ' ', ''), '-', '')
            as plain_strategy
    from {{ ref('int_campaigns') }}

)

select
    campaigns.platform,
    campaigns.account_id,
    campaigns.campaign_id,
    campaigns.bidding_strategy,
    coalesce(strategies.bidding_goal, 'unknown') as bidding_goal
from campaigns
left join {{ ref('bidding_strategies') }} as strategies
    on campaigns.plain_strategy = strategies.bidding_strategy
