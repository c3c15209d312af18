with

orders as (

    select
        connector,
        id,
        max(currency) as currency,
        max(coalesce({{ read_as('bool', 'taxes_included') }}, false)) as is_tax_included
    from ({{ union_shapes('shopify', 'order') }}) as orders
    group by connector, id

),

lines as (

    {{ union_shapes('shopify', 'order_line') }}

),

discounts as (

    select
        connector,
        order_line_id,
        sum({{ decimal_or_null('amount') }}) as discount
    from ({{ union_shapes('shopify', 'discount_allocation') }}) as allocations
    group by connector, order_line_id

),

taxes as (

    select
        connector,
        order_line_id,
        sum({{ decimal_or_null('price') }}) as tax
    from ({{ union_shapes('shopify', 'tax_line') }}) as tax_lines
    group by connector, order_line_id

),

of_orders as (

    select
        lines.*,
        orders.currency,
        -- A gift card is owed, not earned: what it buys is revenue when it is redeemed.
        case
            when coalesce({{ read_as('bool', 'lines.gift_card') }}, false) then 0
            else coalesce(
                {{ decimal_or_null('lines.original_total') }},
                cast(
                    cast({{ decimal_or_null('lines.quantity') }} as decimal(20, 6))
                    * cast({{ decimal_or_null('lines.price') }} as decimal(18, 6))
                    as decimal(24, 6)
                )
            )
        end as gross,
        case
            when coalesce({{ read_as('bool', 'lines.gift_card') }}, false) then 0
            else coalesce(discounts.discount, {{ decimal_or_null('lines.total_discount') }}, 0)
        end as discount,
        coalesce(orders.is_tax_included, false) as is_tax_included,
        taxes.tax
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
    quantity,
    coalesce(price, original_total) as delivered_price,
    {{ decimal_or_null('quantity') }} as units,
    gross - case when is_tax_included then coalesce(tax, 0) else 0 end as untaxed,
    discount,
    is_tax_included,
    tax is not null as has_tax_line,
    {{ named_value('properties', '_unit_cost') }} as noted_unit_cost,
    _fivetran_deleted,
    _fivetran_synced
from of_orders
