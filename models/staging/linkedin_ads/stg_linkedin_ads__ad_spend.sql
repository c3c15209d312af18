with

campaigns as (

    select
        *,
        row_number() over (
            partition by id
            order by {{ time_or_null('last_modified_time') }} desc nulls last, account_id
        ) as version
    from {{ source('linkedin_ads', 'ad_campaign_history') }}

),

analytics as (

    select * from {{ source('linkedin_ads', 'ad_analytics_by_campaign') }}

),

renamed as (

    select
        cast(null as varchar) as raw_key,
        'linkedin_ads' as platform,
        campaigns.account_id,
        analytics.campaign_id,
        {{ as_day('analytics.day') }} as spend_date,
        {{ as_amount('analytics.cost_in_local_currency') }} as cost,
        {{ as_amount('analytics.impressions') }} as impressions,
        {{ as_amount('analytics.clicks') }} as clicks,
        -- Forms on LinkedIn are no conversions of the website: both are counted.
        {{ as_sum('analytics.external_website_conversions', 'analytics.one_click_leads') }}
            as platform_conversions,
        {{ as_amount('analytics.conversion_value_in_local_currency') }}
            as platform_conversion_value,
        {{ synced_at('analytics._fivetran_synced') }},
        {{ not_told(['ad_group_id']) }}
    from analytics
    left join campaigns on analytics.campaign_id = campaigns.id and campaigns.version = 1

)

select {{ told_columns('ad_spend', 'linkedin_ads') }}
from renamed
