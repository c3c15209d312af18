with

refunds as (

    {{ union_shapes('shopify', 'refund', key=['id']) }}

),

lines as (

    select
        connector,
        order_line_id,
        max(order_id) as order_id,
        max(is_gift_card) as is_gift_card
    from {{ ref('stg_shopify__priced_lines') }}
    group by connector, order_line_id

),

line_refunds as (

    select
        *,
        row_number() over (
            partition by connector, id
            order by
                {{ time_or_null('_fivetran_synced') }} desc nulls last,
                subtotal desc,
                quantity desc
        ) as version
    from ({{ union_shapes('shopify', 'order_line_refund') }}) as delivered

),

orders as (

    select
        connector,
        id,
        coalesce({{ read_as('bool', 'taxes_included') }}, false) as is_tax_included
    from ({{ union_shapes('shopify', 'order', key=['id']) }}) as orders

),

adjustments as (

    select * from {{ ref('stg_shopify__refund_adjustments') }}

),

kept_back as (

    select
        connector,
        refund_id,
        sum(-goods) as amount
    from adjustments
    where adjustment > 0
    group by connector, refund_id

),

-- What was kept back of a refund lowers its lines, one after the other.
lowered as (

    select
        line_refunds.*,
        case
            when lines.is_gift_card then 0
            else {{ untaxed_refund(
                'line_refunds.subtotal', 'line_refunds.total_tax', 'orders.is_tax_included'
            ) }}
        end as goods,
        case when {{ decimal_or_null('line_refunds.total_tax') }} is null then total_tax end
            as unreadable_tax,
        coalesce(kept_back.amount, 0) as kept_back,
        coalesce(refunds.order_id, lines.order_id) as order_id,
        coalesce(refunds.processed_at, refunds.created_at) as refunded_at,
        row_number() over (
            partition by line_refunds.connector, line_refunds.refund_id, line_refunds.version
            order by line_refunds.id
        ) as place
    from line_refunds
    left join refunds
        on line_refunds.connector = refunds.connector and line_refunds.refund_id = refunds.id
    left join lines
        on
            line_refunds.connector = lines.connector
            and line_refunds.order_line_id = lines.order_line_id
    left join orders
        on
            line_refunds.connector = orders.connector
            and coalesce(refunds.order_id, lines.order_id) = orders.id
    left join kept_back
        on
            line_refunds.connector = kept_back.connector
            and line_refunds.refund_id = kept_back.refund_id

),

run as (

    select
        *,
        coalesce(
            sum(goods) over (
                partition by connector, refund_id, version
                order by place
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as goods_before
    from lowered

),

renamed as (

    select
        connector,
        id as refund_id,
        order_id,
        order_line_id,
        {{ as_time('refunded_at') }} as refunded_at,
        coalesce(unreadable_tax, {{ as_computed(
            'goods - least(greatest(goods, 0), greatest(kept_back - goods_before, 0))', 'subtotal'
        ) }}) as amount,
        {{ as_amount('quantity') }} as quantity,
        case when restock_type is not null then cast(lower(restock_type) <> 'no_restock' as varchar) end
            as is_restocked,
        {{ as_time('_fivetran_synced') }} as loaded_at
    from run

    union all

    select
        connector,
        'adjustment/' || id as refund_id,
        order_id,
        cast(null as varchar) as order_line_id,
        {{ as_time('refunded_at') }} as refunded_at,
        {{ as_computed('goods', 'delivered_amount') }} as amount,
        {{ not_told(['quantity', 'is_restocked']) }},
        {{ as_time('_fivetran_synced') }} as loaded_at
    from adjustments
    -- What was kept back lowers lines; without any it is a fault that the audit shows.
    where
        coalesce(adjustment, -1) < 0
        or not exists (
            select 1
            from run
            where
                run.connector = adjustments.connector
                and run.refund_id = adjustments.refund_id
        )

)

select {{ told_columns('refunds') }}
from renamed
