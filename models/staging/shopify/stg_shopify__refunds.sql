with

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
        lines.*,
        coalesce(kept_back.amount, 0) as kept_back,
        coalesce(
            sum(lines.goods) over (
                partition by lines.connector, lines.refund_id, lines.version
                order by lines.id
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as goods_before
    from {{ ref('stg_shopify__refund_lines') }} as lines
    left join kept_back
        on lines.connector = kept_back.connector and lines.refund_id = kept_back.refund_id

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
        case
            when restock_type is not null
                then cast(lower(restock_type) <> 'no_restock' as varchar)
        end as is_restocked,
        {{ synced_at('_fivetran_synced') }}
    from lowered

    union all

    select
        connector,
        'adjustment/' || id as refund_id,
        order_id,
        cast(null as varchar) as order_line_id,
        {{ as_time('refunded_at') }} as refunded_at,
        {{ as_computed('goods', 'delivered_amount') }} as amount,
        {{ not_told(['quantity', 'is_restocked']) }},
        {{ synced_at('_fivetran_synced') }}
    from adjustments
    -- What was kept back lowers lines; without any it is a fault that the audit shows.
    where
        coalesce(adjustment, -1) < 0
        or not exists (
            select 1
            from lowered
            where
                lowered.connector = adjustments.connector
                and lowered.refund_id = adjustments.refund_id
        )

)

select {{ told_columns('refunds') }}
from renamed
