with

campaigns as (

    select * from {{ source('linkedin_ads', 'ad_campaign_history') }}

),

renamed as (

    select
        'linkedin_ads' as platform,
        campaigns.account_id,
        campaigns.id as campaign_id,
        campaigns.name as campaign_name,
        'social' as channel_type,
        campaigns.cost_type as bidding_strategy,
        {{ synced_at('campaigns.last_modified_time') }},
        {{ not_told(['business_model', 'ecommerce_spend_share']) }}
    from campaigns

)

select {{ told_columns('campaigns', 'linkedin_ads') }}
from renamed
