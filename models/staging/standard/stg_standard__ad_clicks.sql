{{ config(materialized='view') }}

with

clicks as (

    select * from {{ ref('stg_standard__ad_clicks_typed') }}

),

rows_read as (

    select * from {{ ref('stg_standard__ad_clicks_read') }}

),

kept as (

    select * from {{ ref('stg_standard__ad_clicks_kept') }}

)

-- What is the same for all of them stands here as such: who asks for others reads no file.
select
    * exclude (
        click_id_delivered,
        ad_group_id_delivered,
        ad_id_delivered,
        clicked_at_delivered,
        loaded_at_delivered
    ) replace (
        'in_force' as standing,
        false as has_unknown_type,
        false as has_address
    )
from clicks
where
    standing = 'in_force'
    -- Other files may lie there by now. (Distinct: or the engine joins all rows with all.)
    and delivered_part in (select distinct rows_read.delivered_part from rows_read)
    and not exists (
        select 1
        from kept
        where kept.row_key_hash = clicks.row_key_hash
    )

union all

select * exclude (settled_run)
from kept
