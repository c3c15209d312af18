with

-- By campaign, which is the bill; by ad group where a firm's own report tells it.
report as (

    select * from {{ source('microsoft_ads', 'campaign_performance_daily_report') }}

),

renamed as (

    select
        {{ raw_key_of([
            'currency_code', 'device_os', 'device_type', 'network', 'ad_distribution',
            'bid_match_type', 'delivered_match_type', 'top_vs_other',
            'budget_association_status', 'budget_name',
        ]) }} as raw_key,
        'microsoft_ads' as platform,
        account_id,
        campaign_id,
        ad_group_id,
        {{ as_day('date') }} as spend_date,
        {{ as_amount('spend') }} as cost,
        {{ as_amount('impressions') }} as impressions,
        {{ as_amount('clicks') }} as clicks,
        {{ as_amount('coalesce(conversions_qualified, conversions)') }} as platform_conversions,
        {{ as_amount('revenue') }} as platform_conversion_value,
        {{ synced_at('_fivetran_synced') }}
    from report

)

select {{ told_columns('ad_spend', 'microsoft_ads') }}
from renamed
