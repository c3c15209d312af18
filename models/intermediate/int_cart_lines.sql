with

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test

),

lines as (

    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.product_id,
        order_lines.quantity,
        order_lines.net_price_original,
        {{ exchange_rate('orders.currency_code') }}
    from {{ ref('int_order_lines') }} as order_lines
    inner join orders on order_lines.order_id = orders.order_id
    left join {{ ref('int_exchange_rates') }} as exchange_rates
        on
            orders.currency_code = exchange_rates.currency_code
            and cast(orders.ordered_at as date) = exchange_rates.rate_date
    where
        order_lines.product_id is not null
        and order_lines.quantity > 0
        and order_lines.net_price_original >= 0

),

-- Platforms count whole pieces: what is sold by the metre is one piece of all its metres.
counted as (

    select
        *,
        case when quantity = floor(quantity) then cast(quantity as bigint) else 1 end as pieces,
        {{ to_cents('net_price_original') }} as line_value
    from lines

)

select
    order_id,
    order_line_id,
    product_id,
    pieces as quantity,
    cast(line_value / pieces as decimal(18, 2)) as unit_price
from counted
