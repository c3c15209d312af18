{{ config(materialized='view') }}

with

delivered as (

    {{ union_connectors('ad_clicks') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

clicks as (

    {{ completed_clicks('delivered', 'accounts', 'campaigns', 'erased_ids') }}

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
