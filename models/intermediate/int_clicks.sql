{{ config(materialized='view') }}

with

clicks as (

    {{ completed_clicks('(' ~ union_connectors('ad_clicks') ~ ')') }}

)

select
    click_id_type,
    click_id,
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    keyword,
    product_id,
    landing_page_url,
    visitor_id,
    device,
    country_code,
    connector,
    click_date,
    clicked_at,
    known_at
from clicks
