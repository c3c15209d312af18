with

campaigns as (

    select * from {{ source('google_ads', 'campaign_history') }}

),

channel_types as (

    select *
    from {{ ref('channel_types') }}
    where connector = 'google_ads'

),

renamed as (

    select
        'google_ads' as platform,
        campaigns.customer_id as account_id,
        campaigns.id as campaign_id,
        campaigns.name as campaign_name,
        case
            when campaigns.advertising_channel_type is not null
                then coalesce(channel_types.channel_type, 'other')
        end as channel_type,
        campaigns.bidding_strategy_type as bidding_strategy,
        {{ synced_at('campaigns.updated_at') }},
        {{ not_told(['business_model', 'ecommerce_spend_share']) }}
    from campaigns
    left join channel_types on campaigns.advertising_channel_type = channel_types.delivered_type

)

select {{ told_columns('campaigns', 'google_ads') }}
from renamed
