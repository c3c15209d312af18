with

booked_before_cancellation as (

    select
        order_id,
        sum(amount_original) as amount_original,
        sum(revenue_back) as revenue_back,
        sum(covered_revenue_back) as covered_revenue_back,
        sum(cost_back) as cost_back
    from {{ ref('int_refunds_booked') }}
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
    from {{ ref('int_orders_judged') }} as orders
    left join booked_before_cancellation as refunded on orders.order_id = refunded.order_id
    where
        orders.issue is null
        and not orders.is_test
        and orders.cancelled_at is not null

)

-- An order on which more was paid back than it was worth leaves nothing to take back.
select
    order_id,
    connector,
    row_key,
    case when left_original < 0 then 0 else revenue_left end as revenue_left,
    case when left_original < 0 then 0 else covered_revenue_left end as covered_revenue_left,
    cost_left,
    cancelled_at,
    cancellation_known_at
from cancelled
