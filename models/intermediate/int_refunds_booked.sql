with

refunds as (

    select *
    from {{ ref('int_refunds_judged') }}
    where issue is null and not is_test

),

-- The running total of the refunds that stand, in the order in which they happened.
totalled as (

    select
        *,
        sum(amount) over (
            partition by order_id
            order by refunded_at, refund_id
            rows unbounded preceding
        ) as refunded_so_far
    from refunds

)

select
    refund_id,
    order_id,
    named_line_id as order_line_id,
    connector,
    row_key,
    amount as amount_original,
    amount_delivered,
    {{ to_cents('amount') }} as revenue_back,
    case
        when named_line_id is null
            then {{ to_cents('amount', 'covered_part', 'covered_whole') }}
        when is_covered then {{ to_cents('amount') }}
        else 0
    end as covered_revenue_back,
    {{ to_cents('returned_cost_original') }} as cost_back,
    returned_cost_original,
    returned_cost_original <> 0 as has_cost_back,
    is_after_cancellation,
    amount > 0
    and (refunded_so_far > net_revenue_original or is_after_cancellation) as is_over_refund,
    refunded_at,
    known_at
from totalled
