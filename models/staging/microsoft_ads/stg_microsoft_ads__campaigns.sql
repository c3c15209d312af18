with

campaigns as (

    select * from {{ source('microsoft_ads', 'campaign_history') }}

),

channel_types as (

    select *
    from {{ ref('channel_types') }}
    where connector = 'microsoft_ads'

),

renamed as (

    select
        'microsoft_ads' as platform,
        campaigns.account_id,
        campaigns.id as campaign_id,
        campaigns.name as campaign_name,
        case
            when campaigns.type is not null
                then coalesce(channel_types.channel_type, 'other')
        end as channel_type,
        campaigns.bid_strategy_type as bidding_strategy,
        {{ synced_at('campaigns.modified_time') }},
        {{ not_told(['business_model', 'ecommerce_spend_share']) }}
    from campaigns
    left join channel_types on campaigns.type = channel_types.delivered_type

)

select {{ told_columns('campaigns', 'microsoft_ads') }}
from renamed
