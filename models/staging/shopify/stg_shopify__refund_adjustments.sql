with

refunds as (

    {{ union_shapes('shopify', 'refund', key=['id']) }}

),

orders as (

    select
        connector,
        id,
        cancelled_at,
        coalesce({{ read_as('bool', 'taxes_included') }}, false) as is_tax_included
    from ({{ union_shapes('shopify', 'order', key=['id']) }}) as orders

),

cancelling as (

    select distinct
        connector,
        refund_id
    from ({{ union_shapes('shopify', 'order_line_refund') }}) as line_refunds
    where lower(restock_type) = 'cancel'

),

adjustments as (

    select *
    from ({{ union_shapes('shopify', 'order_adjustment', key=['id']) }}) as adjustments
    where coalesce(lower(kind), lower(reason), '') not like '%shipping%'

)

-- Below 0: given back beside lines. Above 0: given back less than what the lines say.
select
    adjustments.connector,
    adjustments.id,
    adjustments.refund_id,
    coalesce(refunds.order_id, adjustments.order_id) as order_id,
    {{ decimal_or_null('adjustments.amount') }} as adjustment,
    -{{ untaxed_refund(
        'adjustments.amount', 'adjustments.tax_amount', 'orders.is_tax_included'
    ) }} as goods,
    case
        when left(adjustments.amount, 1) = '-' then substr(adjustments.amount, 2)
        else '-' || adjustments.amount
    end as delivered_amount,
    {{ earlier_of(
        'coalesce(refunds.processed_at, refunds.created_at)',
        'case when cancelling.refund_id is not null then orders.cancelled_at end'
    ) }} as refunded_at,
    adjustments._fivetran_synced
from adjustments
left join refunds
    on adjustments.connector = refunds.connector and adjustments.refund_id = refunds.id
left join cancelling
    on
        adjustments.connector = cancelling.connector
        and adjustments.refund_id = cancelling.refund_id
left join orders
    on
        adjustments.connector = orders.connector
        and coalesce(refunds.order_id, adjustments.order_id) = orders.id
