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

-- What refunds that have a rate gave back before: no other can have given any.
counted as (

    select
        *,
        least(
            sold_quantity,
            coalesce(sum(
                case
                    when gives_cost_back and rate_multiplier is not null
                        then coalesce(quantity, sold_quantity)
                    else 0
                end
            ) over (
                partition by order_id, named_line_id
                order by refunded_at, refund_id
                rows between unbounded preceding and 1 preceding
            ), 0)
        ) as returned_before
    from joined

),

costed as (

    select
        *,
        case
            when gives_cost_back
                then
                    cast(
                        least(
                            coalesce(quantity, sold_quantity),
                            sold_quantity - returned_before
                        ) as decimal(38, 6)
                    ) * unit_cost_original
            else 0
        end as returned_cost_original
    from counted

),

judged as (

    select
        *,
        case
            when not is_order_known then 'not_found'
            when
                rate_multiplier is null
                and not is_test
                and (amount <> 0 or returned_cost_original <> 0)
                then 'fx_rate_missing'
            when
                {{ is_out_of_range('amount') }}
                or {{ is_out_of_range('returned_cost_original') }}
                then 'out_of_range'
        end as issue
    from costed

)

select
    refund_id,
    order_id,
    named_line_id,
    connector,
    row_key,
    issue,
    amount,
    amount_delivered,
    cast(returned_cost_original as decimal(38, 12)) as returned_cost_original,
    net_revenue_original,
    covered_part,
    covered_whole,
    rate_multiplier,
    rate_divisor,
    is_test,
    is_covered,
    is_after_cancellation,
    refunded_at,
    known_at
from judged
