with

-- By campaign, which is the bill: reports of groups and ads leave out some types of campaign.
-- Groups are told only where a firm's own report gives the whole bill by group.
stats as (

    select * from {{ source('google_ads', 'campaign_stats') }}

),

renamed as (

    select
        {{ raw_key_of(['_fivetran_id', 'device', 'ad_network_type']) }} as raw_key,
        'google_ads' as platform,
        customer_id as account_id,
        id as campaign_id,
        ad_group_id,
        {{ as_day('date') }} as spend_date,
        {{ as_amount_of_micros('cost_micros') }} as cost,
        {{ as_amount('impressions') }} as impressions,
        {{ as_amount('clicks') }} as clicks,
        {{ as_amount('conversions') }} as platform_conversions,
        {{ as_amount('conversions_value') }} as platform_conversion_value,
        {{ synced_at('_fivetran_synced') }}
    from stats

)

select {{ told_columns('ad_spend', 'google_ads') }}
from renamed
