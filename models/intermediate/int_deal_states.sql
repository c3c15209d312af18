{{ config(materialized='view') }}

with

deals as (

    select *
    from {{ ref('int_deals_judged') }}
    where issue is null

),

changes as (

    select * from {{ ref('int_deal_changes_replayed') }}

),

own_rows as (

    select *
    from {{ ref('int_deal_changes') }}
    where not is_history

),

-- What a deal was believed to be, in the order in which it became known.
states as (

    select
        deal_id,
        connector || '/crm_deals/' || row_key as entry_source,
        0 as sequence_number,
        cast(null as varchar) as believed_stage,
        'open' as status,
        coalesce(first_amount_original, 0) as amount,
        rate_multiplier,
        rate_divisor,
        created_at as occurred_at,
        known_at
    from deals

    union all

    select
        changes.deal_id,
        deals.connector || '/crm_deal_stage_changes/' || changes.row_key as entry_source,
        changes.replay_number as sequence_number,
        changes.believed_stage,
        changes.believed_status as status,
        coalesce(changes.believed_amount, 0) as amount,
        changes.rate_multiplier,
        changes.rate_divisor,
        changes.changed_at as occurred_at,
        changes.known_at
    from changes
    inner join deals on changes.deal_id = deals.deal_id
    where not changes.is_after_deletion

    union all

    select
        own_rows.deal_id,
        deals.connector || '/crm_deals/' || own_rows.row_key as entry_source,
        1 as sequence_number,
        own_rows.stage as believed_stage,
        own_rows.status,
        coalesce(deals.first_amount_original, 0) as amount,
        own_rows.rate_multiplier,
        own_rows.rate_divisor,
        own_rows.changed_at as occurred_at,
        own_rows.known_at
    from own_rows
    inner join deals on own_rows.deal_id = deals.deal_id
    where not deals.has_history and not own_rows.is_after_deletion

),

-- A deletion is the last thing that a deal's entries tell.
told as (

    select * from states

    union all

    select
        deal_id,
        connector || '/crm_deals/' || row_key as entry_source,
        9223372036854775807 as sequence_number,
        cast(null as varchar) as believed_stage,
        'deleted' as status,
        0 as amount,
        cast(null as decimal(17, 10)) as rate_multiplier,
        cast(null as decimal(17, 10)) as rate_divisor,
        deleted_at as occurred_at,
        deleted_at as known_at
    from deals
    where is_deleted

)

select *
from told
