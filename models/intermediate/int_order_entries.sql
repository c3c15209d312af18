with

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test

),

refunds as (

    select *
    from {{ ref('int_refunds_judged') }}
    where issue is null and not is_test

),

booked_before_cancellation as (

    select
        order_id,
        sum(amount_original) as amount_original,
        sum(revenue_back) as revenue_back,
        sum(covered_revenue_back) as covered_revenue_back,
        sum(cost_back) as cost_back
    from refunds
    where not is_after_cancellation
    group by order_id

),

cancelled as (

    select
        orders.*,
        orders.net_revenue_original - coalesce(refunded.amount_original, 0) as left_original,
        orders.net_revenue - coalesce(refunded.revenue_back, 0) as revenue_left,
        orders.covered_revenue - coalesce(refunded.covered_revenue_back, 0)
            as covered_revenue_left,
        orders.cost - coalesce(refunded.cost_back, 0) as cost_left
    from orders
    left join booked_before_cancellation as refunded on orders.order_id = refunded.order_id
    where orders.cancelled_at is not null

),

entries as (

    select
        connector || '/orders/' || row_key || '/order_placed' as entry_id,
        order_id,
        cast(null as varchar) as order_line_id,
        'order_placed' as event_type,
        ordered_at as occurred_at,
        known_at,
        net_revenue as revenue,
        covered_revenue as profit
    from orders

    union all

    select
        connector || '/orders/' || row_key || '/cost_booked' as entry_id,
        order_id,
        cast(null as varchar) as order_line_id,
        'cost_booked' as event_type,
        ordered_at as occurred_at,
        known_at,
        0 as revenue,
        -cost as profit
    from orders

    union all

    select
        connector || '/refunds/' || row_key || '/order_refunded' as entry_id,
        order_id,
        order_line_id,
        'order_refunded' as event_type,
        refunded_at as occurred_at,
        known_at,
        -revenue_back as revenue,
        -covered_revenue_back as profit
    from refunds

    union all

    select
        connector || '/refunds/' || row_key || '/cost_returned' as entry_id,
        order_id,
        order_line_id,
        'cost_returned' as event_type,
        refunded_at as occurred_at,
        known_at,
        0 as revenue,
        cost_back as profit
    from refunds
    where has_cost_back

    union all

    -- An order on which more was paid back than it was worth leaves nothing to take back.
    select
        connector || '/orders/' || row_key || '/order_cancelled' as entry_id,
        order_id,
        cast(null as varchar) as order_line_id,
        'order_cancelled' as event_type,
        cancelled_at as occurred_at,
        cancellation_known_at as known_at,
        case when left_original < 0 then 0 else -revenue_left end as revenue,
        case when left_original < 0 then 0 else -covered_revenue_left end as profit
    from cancelled

    union all

    select
        connector || '/orders/' || row_key || '/cost_returned' as entry_id,
        order_id,
        cast(null as varchar) as order_line_id,
        'cost_returned' as event_type,
        cancelled_at as occurred_at,
        cancellation_known_at as known_at,
        0 as revenue,
        cost_left as profit
    from cancelled

)

select
    entry_id,
    order_id,
    order_line_id,
    event_type,
    cast(revenue as decimal(18, 2)) as revenue,
    cast(profit as decimal(18, 2)) as profit,
    occurred_at,
    known_at
from entries
