{{ config(materialized='view') }}

with

rows_read as (

    select * from {{ ref('stg_standard__ad_clicks_read') }}

),

kept as (

    select * from {{ ref('stg_standard__ad_clicks_kept') }}

)

select
    'standard' as connector,
    row_key_hash,
    click_id_hash,
    visitor_id_hash,
    platform,
    account_id,
    campaign_id,
    'in_force' as standing,
    clicked_at,
    known_at,
    delivered_part,
    settled_run
from rows_read
where
    not is_rejected
    and not exists (
        select 1
        from kept
        where kept.row_key_hash = rows_read.row_key_hash
    )

union all

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
    settled_run
from kept
