with

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test

),

delivered as (

    select
        order_id,
        user_agent,
        split_part(split_part(landing_page_url, '?', 1), '#', 1) as page
    from ({{ union_connectors('orders') }}) as delivered
    where standing = 'in_force'

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

carts as (

    select
        order_id,
        sum(quantity * unit_price) as cart_value
    from {{ ref('int_cart_lines') }}
    group by order_id

),

refunded as (

    select distinct order_id
    from {{ ref('int_refunds_booked') }}

),

counted as (

    select
        order_id,
        row_number() over (partition by customer_id order by ordered_at, order_id) as turn
    from orders
    where customer_id is not null

)

select
    orders.order_id,
    {{ without_erased('delivered.page', 'erased_ids') }} as page_url,
    {{ without_erased('delivered.user_agent', 'erased_ids') }} as user_agent,
    cast(
        case
            when carts.order_id is not null
                then greatest(carts.cart_value - orders.net_revenue, 0)
        end
        as decimal(18, 2)
    ) as order_discount,
    -- Of a cart of which something has come back the lines would tell too much.
    carts.order_id is not null and refunded.order_id is null as has_whole_cart,
    counted.turn = 1 as is_new_customer
from orders
left join delivered on orders.order_id = delivered.order_id
left join carts on orders.order_id = carts.order_id
left join refunded on orders.order_id = refunded.order_id
left join counted on orders.order_id = counted.order_id
