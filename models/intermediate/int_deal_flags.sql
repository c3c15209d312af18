with

deals as (

    select *
    from {{ ref('int_deals_judged') }}
    where issue is null

),

deal_changes as (

    select * from {{ ref('int_deal_changes') }}

),

replayed as (

    select * from {{ ref('int_deal_changes_replayed') }}

),

disagreements as (

    select
        deals.*,
        current_states.stage as current_stage,
        current_states.amount_original as current_amount
    from deals
    inner join {{ ref('int_deals_current') }} as current_states
        on deals.deal_id = current_states.deal_id
    where deals.has_history

)

select
    deal_changes.connector,
    case when deal_changes.is_history then 'crm_deal_stage_changes' else 'crm_deals' end
        as table_name,
    deal_changes.row_key,
    'stage' as column_name,
    'unknown_stage' as issue,
    deal_changes.stage as raw_value,
    deal_changes.known_at
from deal_changes
left join replayed
    on
        deal_changes.deal_id = replayed.deal_id
        and deal_changes.row_key = replayed.row_key
where
    not deal_changes.is_stage_known
    and (not deal_changes.is_history or replayed.deal_id is not null)

union all

select
    deals.connector,
    'crm_deal_stage_changes' as table_name,
    replayed.row_key,
    'amount' as column_name,
    'amount_missing' as issue,
    cast(null as varchar) as raw_value,
    replayed.known_at
from replayed
inner join deals on replayed.deal_id = deals.deal_id
where replayed.status = 'won' and replayed.believed_amount is null

union all

select
    deals.connector,
    'crm_deals' as table_name,
    deals.row_key,
    'amount' as column_name,
    'amount_missing' as issue,
    cast(null as varchar) as raw_value,
    deals.known_at
from deals
inner join deal_changes
    on deals.deal_id = deal_changes.deal_id and not deal_changes.is_history
where
    not deals.has_history
    and deal_changes.status = 'won'
    and deals.first_amount_original is null

union all

select
    connector,
    'crm_deals' as table_name,
    row_key,
    'stage' as column_name,
    'history_disagrees' as issue,
    stage_delivered as raw_value,
    known_at
from disagreements
where stage_delivered <> coalesce(current_stage, '')

union all

select
    connector,
    'crm_deals' as table_name,
    row_key,
    'amount' as column_name,
    'history_disagrees' as issue,
    amount_delivered as raw_value,
    known_at
from disagreements
where amount_delivered_original <> coalesce(current_amount, 0)
