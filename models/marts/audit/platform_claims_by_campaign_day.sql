with

claims as (

    select
        platform,
        account_id,
        campaign_id,
        spend_date as click_date,
        sum(platform_conversions) as platform_conversions,
        sum(platform_conversion_value) as platform_conversion_value
    from {{ ref('int_spend') }}
    group by platform, account_id, campaign_id, spend_date

),

days as (

    select
        *,
        ecommerce_order_count
        + ecommerce_cross_line_order_count
        + lead_gen_form_fill_count
        + lead_gen_cross_line_form_fill_count as credited_conversion_count,
        ecommerce_net_revenue
        + ecommerce_cross_line_net_revenue
        + lead_gen_won_value
        + lead_gen_cross_line_won_value as credited_value
    from {{ ref('roas_by_campaign_day') }}
    where platform <> 'unattributed'

),

compared as (

    select
        days.*,
        cast(coalesce(claims.platform_conversions, 0) as decimal(38, 6))
            as platform_conversions,
        cast(coalesce(claims.platform_conversion_value, 0) as decimal(18, 2))
            as platform_conversion_value
    from days
    left join claims
        on {{ same_campaign('days', 'claims', 'click_date') }}

)

select
    platform,
    account_id,
    campaign_id,
    click_date,
    campaign_name,
    business_model,
    platform_clicks,
    recorded_clicks,
    platform_conversions,
    cast(credited_conversion_count as bigint) as credited_conversion_count,
    platform_conversion_value,
    cast(credited_value as decimal(18, 2)) as credited_value,
    {{ ratio('recorded_clicks', 'platform_clicks') }} as click_capture_rate,
    {{ ratio('platform_conversions', 'credited_conversion_count') }}
        as conversion_overclaim_ratio,
    {{ ratio('platform_conversion_value', 'credited_value') }} as value_overclaim_ratio
from compared
