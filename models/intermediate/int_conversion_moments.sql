with

-- What happened to an order or a deal at each moment at which something became known of it.
order_entries as (

    select
        order_id,
        event_type,
        revenue,
        profit,
        0 as refunded_original,
        occurred_at,
        known_at
    from {{ ref('int_order_entries') }}

    union all

    -- Whether all of an order has come back is decided without exchange differences.
    select
        order_id,
        'refund' as event_type,
        0 as revenue,
        0 as profit,
        amount_original as refunded_original,
        refunded_at as occurred_at,
        known_at
    from {{ ref('int_refunds_booked') }}

),

order_steps as (

    select
        'order' as conversion_type,
        order_id as conversion_id,
        known_at,
        sum(revenue) as revenue,
        sum(profit) as profit,
        sum(refunded_original) as refunded_original,
        max(case when event_type = 'order_placed' then occurred_at end) as sale_at,
        max(case when event_type = 'order_cancelled' then 1 else 0 end) as ended,
        cast(null as varchar) as status,
        max(0) as last_sequence_number
    from order_entries
    group by order_id, known_at

),

deal_steps as (

    select
        'deal' as conversion_type,
        deal_id as conversion_id,
        known_at,
        sum(revenue) as revenue,
        sum(profit) as profit,
        0 as refunded_original,
        max_by(
            case when event_type = 'deal_won' then occurred_at end,
            case when event_type = 'deal_won' then sequence_number end
        ) as sale_at,
        max(case when event_type = 'deal_deleted' then 1 else 0 end) as ended,
        max_by(believed_status, sequence_number) as status,
        max(sequence_number) as last_sequence_number
    from {{ ref('int_deal_entries') }}
    group by deal_id, known_at

),

steps as (

    select * from order_steps
    union all
    select * from deal_steps

),

so_far as (

    select
        conversion_type,
        conversion_id,
        known_at,
        sum(revenue) over until_then as revenue,
        sum(profit) over until_then as profit,
        sum(refunded_original) over until_then as refunded_original,
        last_value(sale_at ignore nulls) over until_then as sale_at,
        max(ended) over until_then = 1 as is_ended,
        -- A deal's row may arrive again after its history: the latest entry tells its status.
        max_by(status, last_sequence_number) over until_then as status
    from steps
    window
        until_then as (
            partition by conversion_type, conversion_id
            order by known_at
            rows unbounded preceding
        )

)

select
    so_far.conversion_type,
    so_far.conversion_id,
    cast(so_far.revenue as decimal(18, 2)) as revenue,
    cast(so_far.profit as decimal(18, 2)) as profit,
    -- An order lives until it is cancelled or all of it has come back; a win while it lasts.
    not so_far.is_ended and so_far.sale_at is not null and case so_far.conversion_type
        when 'order'
            then
                orders.net_revenue_original <= 0
                or so_far.refunded_original < orders.net_revenue_original
        else so_far.status = 'won'
    end as is_sale,
    so_far.is_ended,
    so_far.sale_at,
    so_far.known_at
from so_far
left join {{ ref('int_orders_judged') }} as orders
    on so_far.conversion_type = 'order' and so_far.conversion_id = orders.order_id
-- Before the row of an order is known nothing can be said of it.
where so_far.conversion_type = 'deal' or so_far.sale_at is not null
