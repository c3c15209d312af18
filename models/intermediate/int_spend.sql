{{ config(materialized='view') }}

with

accepted as (

    select *
    from {{ ref('int_spend_judged') }}
    where table_name = 'ad_spend' and issue is null

),

split as (

    select
        *,
        case business_model
            when 'unassigned' then 0
            else round(cast(spend as decimal(27, 2)) * ecommerce_spend_share, 2)
        end as ecommerce_spend,
        case business_model when 'unassigned' then spend else 0 end as unassigned_spend
    from accepted

)

select
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    spend_date,
    currency_code,
    cost_original,
    spend,
    cast(ecommerce_spend as decimal(18, 2)) as ecommerce_spend,
    cast(spend - ecommerce_spend - unassigned_spend as decimal(18, 2)) as lead_gen_spend,
    cast(unassigned_spend as decimal(18, 2)) as unassigned_spend,
    cast(impressions as decimal(38, 6)) as impressions,
    cast(platform_clicks as decimal(38, 6)) as platform_clicks,
    cast(platform_conversions as decimal(38, 6)) as platform_conversions,
    platform_conversion_value,
    known_at
from split
