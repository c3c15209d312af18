with

campaigns as (

    select * from {{ source('tiktok_ads', 'campaign_history') }}

),

renamed as (

    select
        'tiktok_ads' as platform,
        campaigns.advertiser_id as account_id,
        campaigns.campaign_id,
        campaigns.campaign_name,
        'social' as channel_type,
        {{ synced_at('campaigns.updated_at') }},
        {{ not_told(['business_model', 'ecommerce_spend_share', 'bidding_strategy']) }}
    from campaigns

)

select {{ told_columns('campaigns', 'tiktok_ads') }}
from renamed
