{{ config(materialized='view') }}

with

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test

),

refunds as (

    select * from {{ ref('int_refunds_booked') }}

),

cancelled as (

    select * from {{ ref('int_orders_cancelled') }}

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

    select
        connector || '/orders/' || row_key || '/order_cancelled' as entry_id,
        order_id,
        cast(null as varchar) as order_line_id,
        'order_cancelled' as event_type,
        cancelled_at as occurred_at,
        cancellation_known_at as known_at,
        -revenue_left as revenue,
        -covered_revenue_left as profit
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
