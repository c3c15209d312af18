with

refunds as (

    select *
    from ({{ union_connectors('refunds') }}) as delivered
    where standing = 'in_force'

),

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

joined as (

    select
        refunds.*,
        orders.order_id is not null as is_order_known,
        coalesce(orders.is_test, false) as is_test,
        orders.net_revenue_original,
        orders.covered_part,
        orders.covered_whole,
        coalesce(refunds.refunded_at > orders.cancelled_at, false) as is_after_cancellation,
        -- A line of another order counts as none.
        order_lines.order_line_id as named_line_id,
        order_lines.is_covered,
        order_lines.quantity as sold_quantity,
        order_lines.unit_cost_original,
        -- Only goods that are back in stock give their cost back, and only while the order
        -- stands: a cancellation gives back all that is left.
        coalesce(
            refunds.is_restocked
            and order_lines.is_covered
            and not coalesce(refunds.refunded_at > orders.cancelled_at, false), false
        ) as gives_cost_back,
        {{ exchange_rate('orders.currency_code') }}
    from refunds
    left join orders on refunds.order_id = orders.order_id
    left join order_lines
        on
            refunds.order_line_id = order_lines.order_line_id
            and refunds.order_id = order_lines.order_id
    left join exchange_rates
        on
            orders.currency_code = exchange_rates.currency_code
            and cast(refunds.refunded_at as date) = exchange_rates.rate_date

),

judged as (

    select
        *,
        case
            when not is_order_known then 'not_found'
            when
                rate_multiplier is null
                and not is_test
                and (
                    amount <> 0
                    or (
                        gives_cost_back
                        and unit_cost_original <> 0
                        and sold_quantity > 0
                        and coalesce(quantity, 1) > 0
                    )
                )
                then 'fx_rate_missing'
        end as issue
    from joined

),

-- Running totals of the refunds that stand, in the order in which they happened.
totalled as (

    select
        *,
        sum(case when issue is null then amount else 0 end) over (
            partition by order_id
            order by refunded_at, refund_id
            rows unbounded preceding
        ) as refunded_so_far,
        least(
            sold_quantity,
            sum(
                case
                    when issue is null and gives_cost_back
                        then coalesce(quantity, sold_quantity)
                    else 0
                end
            ) over (
                partition by order_id, named_line_id
                order by refunded_at, refund_id
                rows unbounded preceding
            )
        ) as returned_so_far
    from judged

),

returned as (

    select
        *,
        returned_so_far - coalesce(lag(returned_so_far) over (
            partition by order_id, named_line_id
            order by refunded_at, refund_id
        ), 0) as returned_quantity
    from totalled

),

costed as (

    select
        *,
        case
            when gives_cost_back
                then
                    cast(
                        cast(returned_quantity as decimal(38, 6))
                        * unit_cost_original as decimal(38, 12)
                    )
            else 0
        end as returned_cost_original
    from returned

)

select
    refund_id,
    order_id,
    named_line_id as order_line_id,
    connector,
    row_key,
    issue,
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
    is_test,
    refunded_at,
    known_at
from costed
