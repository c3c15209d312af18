{{ config(enabled=connectors_of('ad_clicks') | length > 0, materialized='view') }}

with

clicks as (

    select * from {{ ref('stg_connected__ad_clicks') }}

)

select
    connector,
    row_key_hash,
    {{ hash_of(['click_id']) }} as click_id_hash,
    {{ hash_of([without_identity('visitor_id')]) }} as visitor_id_hash,
    platform,
    account_id,
    campaign_id,
    standing,
    clicked_at,
    known_at,
    delivered_part,
    {{ run_number() }} as settled_run
from clicks
