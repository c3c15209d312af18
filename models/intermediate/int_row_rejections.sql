with

-- Filtered where they are read, and each read once: DuckDB 2.0.0 loses the filter of a
-- common table expression that is read twice when one reading is an anti-join.
accepted_orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null

),

accepted_deals as (

    select *
    from {{ ref('int_deals_judged') }}
    where issue is null

),

form_fills as (

    select *
    from ({{ union_connectors('form_fills') }}) as delivered
    where standing = 'in_force'

),

stage_changes as (

    select *
    from ({{ union_connectors('crm_deal_stage_changes') }}) as delivered
    where standing = 'in_force'

),

attributes as (

    select *
    from ({{ union_connectors('form_fill_attributes') }}) as delivered
    where standing = 'in_force'

)

select
    connector,
    table_name,
    row_key,
    case issue when 'account_unknown' then 'account_id' else 'cost' end as column_name,
    issue,
    case issue when 'account_unknown' then account_id else cost_delivered end as raw_value,
    delivered_row_count,
    known_at
from {{ ref('int_spend_judged') }}
where issue is not null

union all

select
    connector,
    'orders' as table_name,
    row_key,
    'currency_code' as column_name,
    issue,
    currency_code_delivered as raw_value,
    1 as delivered_row_count,
    known_at
from {{ ref('int_orders_judged') }}
where issue is not null

union all

select
    order_lines.connector,
    'order_lines' as table_name,
    order_lines.row_key,
    'order_id' as column_name,
    'not_found' as issue,
    order_lines.order_id as raw_value,
    1 as delivered_row_count,
    order_lines.known_at
from {{ ref('int_order_lines') }} as order_lines
left join accepted_orders on order_lines.order_id = accepted_orders.order_id
where accepted_orders.order_id is null

union all

select
    connector,
    'refunds' as table_name,
    row_key,
    case issue when 'not_found' then 'order_id' else 'amount' end as column_name,
    issue,
    case issue when 'not_found' then order_id else amount_delivered end as raw_value,
    1 as delivered_row_count,
    known_at
from {{ ref('int_refunds_judged') }}
where issue is not null

union all

select
    connector,
    'crm_deals' as table_name,
    row_key,
    'amount' as column_name,
    issue,
    amount_delivered as raw_value,
    1 as delivered_row_count,
    known_at
from {{ ref('int_deals_judged') }}
where issue is not null

union all

select
    stage_changes.connector,
    'crm_deal_stage_changes' as table_name,
    stage_changes.row_key,
    case when accepted_deals.deal_id is null then 'deal_id' else 'amount' end as column_name,
    case when accepted_deals.deal_id is null then 'not_found' else 'fx_rate_missing' end as issue,
    case
        when accepted_deals.deal_id is null then stage_changes.deal_id
        else stage_changes.amount_delivered
    end as raw_value,
    1 as delivered_row_count,
    stage_changes.known_at
from stage_changes
left join accepted_deals on stage_changes.deal_id = accepted_deals.deal_id
left join {{ ref('int_deal_changes_replayed') }} as replayed
    on
        stage_changes.deal_id = replayed.deal_id
        and stage_changes.row_key = replayed.row_key
where accepted_deals.deal_id is null or replayed.deal_id is null

union all

select
    attributes.connector,
    'form_fill_attributes' as table_name,
    attributes.row_key,
    'form_fill_id' as column_name,
    'not_found' as issue,
    attributes.form_fill_id as raw_value,
    1 as delivered_row_count,
    attributes.known_at
from attributes
left join form_fills on attributes.form_fill_id = form_fills.form_fill_id
where form_fills.form_fill_id is null
