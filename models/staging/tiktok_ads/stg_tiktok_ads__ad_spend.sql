with

campaigns as (

    select
        *,
        row_number() over (
            partition by campaign_id
            order by {{ time_or_null('updated_at') }} desc nulls last, advertiser_id
        ) as version
    from {{ source('tiktok_ads', 'campaign_history') }}

),

report as (

    select * from {{ source('tiktok_ads', 'campaign_report_hourly') }}

),

renamed as (

    select
        report.stat_time_hour as raw_key,
        'tiktok_ads' as platform,
        campaigns.advertiser_id as account_id,
        report.campaign_id,
        {{ as_day('report.stat_time_hour') }} as spend_date,
        {{ as_amount('report.spend') }} as cost,
        {{ as_amount('report.impressions') }} as impressions,
        {{ as_amount('report.clicks') }} as clicks,
        {{ as_amount('report.conversion') }} as platform_conversions,
        {{ as_sum('report.total_purchase_value', 'report.total_sales_lead_value') }}
            as platform_conversion_value,
        {{ synced_at('report._fivetran_synced') }},
        {{ not_told(['ad_group_id']) }}
    from report
    left join campaigns on report.campaign_id = campaigns.campaign_id and campaigns.version = 1

)

select {{ told_columns('ad_spend', 'tiktok_ads') }}
from renamed
