with

refunds as (

    {{ union_shapes('shopify', 'refund', key=['id']) }}

),

lines as (

    select
        connector,
        order_line_id,
        max(order_id) as order_id,
        max(is_gift_card) as is_gift_card
    from {{ ref('stg_shopify__priced_lines') }}
    group by connector, order_line_id

),

line_refunds as (

    select
        *,
        row_number() over (
            partition by connector, id
            order by
                {{ time_or_null('_fivetran_synced') }} desc nulls last,
                subtotal desc,
                quantity desc
        ) as version
    from ({{ union_shapes('shopify', 'order_line_refund') }}) as delivered

),

orders as (

    select
        connector,
        id,
        cancelled_at,
        coalesce({{ read_as('bool', 'taxes_included') }}, false) as is_tax_included
    from ({{ union_shapes('shopify', 'order', key=['id']) }}) as orders

),

joined as (

    select
        line_refunds.*,
        case
            when lines.is_gift_card then 0
            else {{ untaxed_refund(
                'line_refunds.subtotal', 'line_refunds.total_tax', 'orders.is_tax_included'
            ) }}
        end as goods,
        case
            when {{ decimal_or_null('line_refunds.total_tax') }} is null
                then line_refunds.total_tax
        end as unreadable_tax,
        coalesce(refunds.order_id, lines.order_id) as order_id,
        -- What is given back by cancelling is part of the cancellation.
        {{ earlier_of(
            'coalesce(refunds.processed_at, refunds.created_at)',
            "case when lower(line_refunds.restock_type) = 'cancel' then orders.cancelled_at end"
        ) }} as refunded_at
    from line_refunds
    left join refunds
        on line_refunds.connector = refunds.connector and line_refunds.refund_id = refunds.id
    left join lines
        on
            line_refunds.connector = lines.connector
            and line_refunds.order_line_id = lines.order_line_id
    left join orders
        on
            line_refunds.connector = orders.connector
            and coalesce(refunds.order_id, lines.order_id) = orders.id

)

select *
from joined
