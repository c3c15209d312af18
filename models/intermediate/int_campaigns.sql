with

-- What the standard layout says of a campaign goes before what a connector does, which
-- fills its blanks: no ad platform knows a campaign's business model.
campaigns as (

    select
        platform,
        account_id,
        campaign_id,
        {% for column in [
            'campaign_name', 'channel_type', 'business_model', 'ecommerce_spend_share',
            'bidding_strategy',
        ] -%}
            coalesce(
                max(case when connector <> 'standard' then null else {{ column }} end),
                max(case when connector <> 'standard' then {{ column }} end)
            ) as {{ column }},
        {% endfor -%}
        max(known_at) as known_at
    from ({{ union_connectors('campaigns') }}) as delivered
    where standing = 'in_force'
    group by platform, account_id, campaign_id

),

patterns as (

    select * from {{ ref('campaign_name_patterns') }}

),

-- A name may hold several patterns: the first by position decides.
named as (

    select
        campaigns.*,
        patterns.business_model as name_business_model,
        row_number() over (
            partition by campaigns.platform, campaigns.account_id, campaigns.campaign_id
            order by patterns.position
        ) as choice
    from campaigns
    left join patterns
        on contains(lower(campaigns.campaign_name), patterns.pattern)

),

decided as (

    select
        *,
        case
            when business_model is null then coalesce(name_business_model, 'unassigned')
            when business_model in ('ecommerce', 'lead_gen') then business_model
            when business_model = 'mixed' and ecommerce_spend_share is not null then 'mixed'
            else 'unassigned'
        end as decided_business_model
    from named
    where choice = 1

)

select
    platform,
    account_id,
    campaign_id,
    campaign_name,
    channel_type,
    bidding_strategy,
    decided_business_model as business_model,
    case decided_business_model
        when 'ecommerce' then 1
        when 'lead_gen' then 0
        when 'mixed' then ecommerce_spend_share
    end as ecommerce_spend_share,
    known_at
from decided
