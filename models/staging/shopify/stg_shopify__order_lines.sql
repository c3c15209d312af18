with

lines as (

    select * from {{ ref('stg_shopify__priced_lines') }}

),

variants as (

    {{ union_shapes('shopify', 'product_variant', key=['id']) }}

),

items as (

    {{ union_shapes('shopify', 'inventory_item', key=['id']) }}

),

-- What a variant costs today, where the line does not note its own cost in a property;
-- a cost in another currency than the order's is none of it.
costs as (

    select
        variants.connector,
        variants.id as variant_id,
        upper(items.unit_cost_currency_code) as currency,
        {{ as_amount('items.unit_cost_amount') }} as unit_cost
    from variants
    inner join items
        on variants.connector = items.connector and variants.inventory_item_id = items.id

),

priced as (

    select
        lines.*,
        costs.unit_cost,
        try_cast(
            case when lines.units = 0 then 0 else round(lines.untaxed / lines.units, 6) end
            as decimal(15, 6)
        ) as unit_price
    from lines
    left join costs
        on
            lines.connector = costs.connector
            and lines.variant_id = costs.variant_id
            and upper(lines.currency) = coalesce(costs.currency, upper(lines.currency))

),

renamed as (

    select
        connector,
        order_line_id,
        order_id,
        product_id,
        case
            when is_deleted then '0'
            else {{ as_amount('quantity') }}
        end as quantity,
        coalesce(cast(unit_price as varchar), delivered_price) as unit_price,
        -- With what is left of a price that its quantity does not divide.
        case
            when is_deleted then '0'
            when unreadable is not null then unreadable
            else cast(try_cast(
                discount + unit_price * try_cast(units as decimal(20, 6)) - untaxed
                as decimal(18, 6)
            ) as varchar)
        end as discount_amount,
        coalesce(noted_unit_cost, unit_cost) as unit_cost,
        {{ synced_at(
            '_fivetran_synced', known_at='cast(' ~ time_or_null('ordered_at') ~ ' as varchar)'
        ) }}
    from priced

)

select {{ told_columns('order_lines') }}
from renamed
