with

orders as (

    {{ union_shapes('shopify', 'order', key=['id']) }}

),

lines as (

    {{ union_shapes('shopify', 'order_line') }}

),

discounts as (

    select
        connector,
        order_line_id,
        sum({{ decimal_or_null('amount') }}) as discount,
        max(case when {{ decimal_or_null('amount') }} is null then amount end) as unreadable
    from (
        {{ union_shapes('shopify', 'discount_allocation', key=['order_line_id', 'index']) }}
    ) as allocations
    group by connector, order_line_id

),

taxes as (

    select
        connector,
        order_line_id,
        sum({{ decimal_or_null('price') }}) as tax,
        max(case when {{ decimal_or_null('price') }} is null then price end) as unreadable
    from (
        {{ union_shapes('shopify', 'tax_line', key=['order_line_id', 'index']) }}
    ) as tax_lines
    group by connector, order_line_id

),

of_orders as (

    select
        lines.*,
        orders.currency,
        coalesce(orders.processed_at, orders.created_at) as ordered_at,
        coalesce({{ read_as('bool', 'lines.gift_card') }}, false) as is_gift_card,
        coalesce({{ read_as('bool', 'lines._fivetran_deleted') }}, false) as is_deleted,
        -- A gift card is owed, not earned: what it buys is revenue when it is redeemed.
        case
            when coalesce({{ read_as('bool', 'lines.gift_card') }}, false) then 0
            else coalesce(
                {{ decimal_or_null('lines.original_total') }},
                try_cast(
                    try_cast({{ decimal_or_null('lines.quantity') }} as decimal(20, 6))
                    * try_cast({{ decimal_or_null('lines.price') }} as decimal(18, 6))
                    as decimal(24, 6)
                )
            )
        end as gross,
        coalesce(discounts.discount, {{ decimal_or_null('lines.total_discount') }}, 0)
            as borne_discount,
        coalesce({{ read_as('bool', 'orders.taxes_included') }}, false) as is_tax_included,
        taxes.tax,
        coalesce(discounts.unreadable, taxes.unreadable) as unreadable
    from lines
    left join orders on lines.connector = orders.connector and lines.order_id = orders.id
    left join discounts
        on lines.connector = discounts.connector and lines.id = discounts.order_line_id
    left join taxes on lines.connector = taxes.connector and lines.id = taxes.order_line_id

)

select
    connector,
    id as order_line_id,
    order_id,
    product_id,
    variant_id,
    currency,
    ordered_at,
    quantity,
    coalesce(price, original_total) as delivered_price,
    {{ decimal_or_null('quantity') }} as units,
    gross - case when is_tax_included then coalesce(tax, 0) else 0 end as untaxed,
    -- That of a gift card lowers no revenue, but no other line bears it.
    borne_discount,
    case when is_gift_card then 0 else borne_discount end as discount,
    tax is not null as has_tax_line,
    unreadable,
    is_gift_card,
    is_deleted,
    {{ named_value('properties', '_unit_cost') }} as noted_unit_cost,
    _fivetran_synced
from of_orders
