-- Law 1. Unseen, a join that drops rows would shrink spend or revenue without a trace in
-- the audit. Accepted rows are counted apart, where each table's rows are used.

with

accepted as (

    select
        'ad_spend' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_spend') }}
    union all
    select
        'product_spend' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_product_spend') }}
    union all
    select
        'ad_clicks' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_clicks') }}
    union all
    select
        'ad_accounts' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_accounts') }}
    union all
    select
        'campaigns' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_campaigns') }}
    union all
    select
        'products' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_products') }}
    union all
    select
        'orders' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_orders_judged') }}
    where issue is null
    union all
    select
        'refunds' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_refunds_judged') }}
    where issue is null
    union all
    select
        'crm_deals' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_deals_judged') }}
    where issue is null

),

rejected as (

    select
        table_name,
        count(*) as rejected_row_count
    from {{ ref('data_issues') }}
    where is_rejected
    group by table_name

)

select
    accounts.*,
    accepted.accepted_row_count as accepted_elsewhere,
    rejected.rejected_row_count as rejected_elsewhere
from {{ ref('raw_row_accounts') }} as accounts
left join accepted on accounts.table_name = accepted.table_name
left join rejected on accounts.table_name = rejected.table_name
where
    accounts.delivered_row_count
    <> accounts.accepted_row_count + accounts.superseded_row_count + accounts.rejected_row_count
    or accounts.accepted_row_count
    <> coalesce(accepted.accepted_row_count, accounts.accepted_row_count)
    or accounts.rejected_row_count <> coalesce(rejected.rejected_row_count, 0)
