{{ config(materialized='view') }}

with

delivered as (

    select * from {{ ref('int_clicks_found') }}

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

    {{ completed_clicks('delivered', 'accounts', 'campaigns') }}

)

select
    clicks.click_id_type,
    clicks.click_id,
    clicks.platform,
    clicks.account_id,
    clicks.campaign_id,
    clicks.ad_group_id,
    {{ without_identity('clicks.visitor_id', 'erased_ids.token') }} as visitor_id,
    clicks.device,
    clicks.country_code,
    clicks.click_date,
    clicks.clicked_at
from clicks
left join erased_ids on {{ without_identity('clicks.visitor_id') }} = erased_ids.id_value
