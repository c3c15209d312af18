{{ config(materialized='incremental', incremental_strategy='append') }}

with

clicks as (

    select *
    from {{ ref('stg_standard__ad_clicks_typed') }}
    where {{ of_unread_parts('ad_clicks') if is_incremental() else 'true' }}

)

select
    row_key_hash,
    {{ hash_of(['click_id']) }} as click_id_hash,
    {{ hash_of([without_identity('visitor_id')]) }} as visitor_id_hash,
    platform,
    account_id,
    campaign_id,
    standing = 'rejected' as is_rejected,
    has_unknown_type or has_address as is_odd,
    clicked_at,
    known_at,
    delivered_part,
    {{ run_number() }} as settled_run
from clicks
