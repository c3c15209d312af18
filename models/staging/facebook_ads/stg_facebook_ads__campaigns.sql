with

campaigns as (

    select * from {{ source('facebook_ads', 'campaign_history') }}

),

renamed as (

    select
        'meta_ads' as platform,
        campaigns.account_id,
        campaigns.id as campaign_id,
        campaigns.name as campaign_name,
        'social' as channel_type,
        campaigns.bid_strategy as bidding_strategy,
        {{ synced_at('campaigns.updated_time') }},
        {{ not_told(['business_model', 'ecommerce_spend_share']) }}
    from campaigns

)

select {{ told_columns('campaigns', 'facebook_ads') }}
from renamed
