with

-- What happened to an order or a deal at each moment at which something became known of it.
order_steps as (

    select
        'order' as conversion_type,
        order_id as conversion_id,
        known_at,
        sum(revenue) as revenue,
        sum(profit) as profit,
        sum(case when event_type = 'order_placed' then revenue else 0 end) as placed,
        max(case when event_type = 'order_placed' then occurred_at end) as sale_at,
        max(case when event_type = 'order_cancelled' then 1 else 0 end) as ended,
        cast(null as varchar) as status,
        max(0) as last_sequence_number
    from {{ ref('int_order_entries') }}
    group by order_id, known_at

),

deal_steps as (

    select
        'deal' as conversion_type,
        deal_id as conversion_id,
        known_at,
        sum(revenue) as revenue,
        sum(profit) as profit,
        0 as placed,
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
        sum(placed) over until_then as placed,
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
    conversion_type,
    conversion_id,
    cast(revenue as decimal(18, 2)) as revenue,
    cast(profit as decimal(18, 2)) as profit,
    -- An order lives until it is cancelled or all of it has come back; a win while it lasts.
    not is_ended and sale_at is not null and case conversion_type
        when 'order' then revenue > 0 or placed <= 0
        else status = 'won'
    end as is_sale,
    is_ended,
    sale_at,
    known_at
from so_far
