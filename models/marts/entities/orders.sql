with

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test

),

lines as (

    select
        order_id,
        count(*) as order_line_count
    from {{ ref('int_order_lines') }}
    group by order_id

),

worth as (

    select
        conversion_id as order_id,
        sum(case event_type when 'order_placed' then revenue else 0 end) as placed_revenue,
        sum(case event_type when 'order_refunded' then revenue else 0 end) as refunded_revenue,
        sum(case event_type when 'order_cancelled' then revenue else 0 end)
            as cancelled_revenue,
        sum(revenue) as net_revenue,
        sum(profit) as profit,
        sum(
            case when event_type in ('cost_booked', 'cost_returned') then -profit else 0 end
        ) as cost
    from {{ ref('int_value_ledger') }}
    where conversion_type = 'order'
    group by conversion_id

)

select
    orders.order_id,
    orders.customer_id,
    orders.visitor_id,
    orders.country_code,
    orders.currency_code,
    cast(orders.net_revenue_original as decimal(38, 12)) as placed_revenue_original,
    cast(coalesce(lines.order_line_count, 0) as bigint) as order_line_count,
    cast(worth.placed_revenue as decimal(18, 2)) as placed_revenue,
    cast(worth.refunded_revenue as decimal(18, 2)) as refunded_revenue,
    cast(worth.cancelled_revenue as decimal(18, 2)) as cancelled_revenue,
    cast(worth.net_revenue as decimal(18, 2)) as net_revenue,
    cast(worth.cost as decimal(18, 2)) as cost,
    cast(worth.profit as decimal(18, 2)) as profit,
    orders.cancelled_at is not null as is_cancelled,
    orders.ordered_at,
    orders.cancelled_at,
    orders.known_at
from orders
left join lines on orders.order_id = lines.order_id
left join worth on orders.order_id = worth.order_id
