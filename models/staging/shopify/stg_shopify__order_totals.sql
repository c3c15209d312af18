with

orders as (

    {{ union_shapes('shopify', 'order', key=['id']) }}

),

lines as (

    select
        *,
        row_number() over (
            partition by connector, order_line_id
            order by {{ time_or_null('_fivetran_synced') }} desc nulls last, discount desc
        ) as version
    from {{ ref('stg_shopify__priced_lines') }}

),

line_totals as (

    select
        connector,
        order_id,
        sum(borne_discount) as discount,
        max(has_tax_line) as has_tax_line
    from lines
    where version = 1 and not is_deleted
    group by connector, order_id

),

shipping as (

    select
        connector,
        order_id,
        sum(coalesce({{ decimal_or_null('discounted_price') }}, {{ decimal_or_null('price') }}))
            as amount,
        sum(coalesce({{ decimal_or_null('price') }} - {{ decimal_or_null('discounted_price') }}, 0))
            as discount
    from ({{ union_shapes('shopify', 'order_shipping_line', key=['id']) }}) as shipping_lines
    group by connector, order_id

)

select
    orders.connector,
    orders.id as order_id,
    orders.currency,
    {{ decimal_or_null('orders.total_price') }} as total_price,
    line_totals.discount as line_discount,
    line_totals.has_tax_line,
    shipping.amount as shipping_amount,
    shipping.discount as shipping_discount
from orders
left join line_totals
    on orders.connector = line_totals.connector and orders.id = line_totals.order_id
left join shipping on orders.connector = shipping.connector and orders.id = shipping.order_id
