-- Law 1. Unseen, a join that drops rows would shrink spend or revenue without a trace in
-- the audit. Accepted rows are counted apart, where each table's rows are used.

with

form_fills as (

    select *
    from ({{ union_connectors('form_fills') }}) as delivered
    where standing = 'in_force'

),

accepted as (

    select
        table_name,
        sum(delivered_row_count) as accepted_row_count
    from {{ ref('int_spend_judged') }}
    where issue is null
    group by table_name
    union all
    select
        'ad_clicks' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_clicks') }}
    union all
    select
        'ad_accounts' as table_name,
        count(*) as accepted_row_count
    from ({{ union_connectors('ad_accounts') }}) as delivered
    inner join {{ ref('int_accounts') }} as ad_accounts
        on
            delivered.platform = ad_accounts.platform
            and delivered.account_id = ad_accounts.account_id
    where delivered.standing = 'in_force'
    union all
    select
        'campaigns' as table_name,
        count(*) as accepted_row_count
    from ({{ union_connectors('campaigns') }}) as delivered
    inner join {{ ref('int_campaigns') }} as campaigns
        on
            delivered.platform = campaigns.platform
            and delivered.account_id = campaigns.account_id
            and delivered.campaign_id = campaigns.campaign_id
    where delivered.standing = 'in_force'
    union all
    select
        'products' as table_name,
        count(*) as accepted_row_count
    from ({{ union_connectors('products') }}) as delivered
    inner join {{ ref('int_products') }} as products
        on delivered.product_id = products.product_id
    where delivered.standing = 'in_force'
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
    union all
    select
        'order_lines' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_order_lines') }} as order_lines
    inner join {{ ref('int_orders_judged') }} as orders
        on order_lines.order_id = orders.order_id
    where orders.issue is null
    union all
    select
        'crm_deal_stage_changes' as table_name,
        count(*) as accepted_row_count
    from {{ ref('int_deal_changes_replayed') }} as changes
    inner join {{ ref('int_deals_judged') }} as deals on changes.deal_id = deals.deal_id
    where deals.issue is null
    union all
    select
        'form_fill_attributes' as table_name,
        count(*) as accepted_row_count
    from ({{ union_connectors('form_fill_attributes') }}) as attributes
    inner join form_fills on attributes.form_fill_id = form_fills.form_fill_id
    where attributes.standing = 'in_force'
    {% for table_name in ['form_fills', 'deal_stages', 'fx_rates', 'web_sessions'] -%}
        union all
        select
            '{{ table_name }}' as table_name,
            count(*) as accepted_row_count
        from ({{ union_connectors(table_name) }}) as delivered
        where standing = 'in_force'
    {% endfor %}

),

rejected as (

    select
        table_name,
        sum(delivered_row_count) as rejected_row_count
    from {{ ref('data_issues') }}
    where is_rejected
    group by table_name

),

accounts as (

    select
        table_name,
        sum(delivered_row_count) as delivered_row_count,
        sum(accepted_row_count) as accepted_row_count,
        sum(superseded_row_count) as superseded_row_count,
        sum(rejected_row_count) as rejected_row_count
    from {{ ref('raw_row_accounts') }}
    group by table_name

)

select
    accounts.*,
    accepted.accepted_row_count as accepted_elsewhere,
    rejected.rejected_row_count as rejected_elsewhere
from accounts
full outer join accepted on accounts.table_name = accepted.table_name
left join rejected on accounts.table_name = rejected.table_name
where
    accounts.delivered_row_count
    <> accounts.accepted_row_count + accounts.superseded_row_count + accounts.rejected_row_count
    or accounts.accepted_row_count is distinct from coalesce(accepted.accepted_row_count, 0)
    or accounts.rejected_row_count <> coalesce(rejected.rejected_row_count, 0)
