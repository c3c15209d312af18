with

lines as (

    select * from {{ ref('stg_shopify__priced_lines') }}

),

variants as (

    {{ union_shapes('shopify', 'product_variant') }}

),

items as (

    {{ union_shapes('shopify', 'inventory_item') }}

),

-- What a variant costs today, where the line does not note its own cost in a property;
-- a cost in another currency than the order's is none of it.
costs as (

    select
        variants.connector,
        variants.id as variant_id,
        items.unit_cost_currency_code as currency,
        max({{ as_amount('items.unit_cost_amount') }}) as unit_cost
    from variants
    inner join items
        on variants.connector = items.connector and variants.inventory_item_id = items.id
    group by variants.connector, variants.id, items.unit_cost_currency_code

),

priced as (

    select
        lines.*,
        costs.unit_cost,
        case when lines.units = 0 then 0 else round(lines.untaxed / lines.units, 6) end
            as unit_price
    from lines
    left join costs
        on
            lines.connector = costs.connector
            and lines.variant_id = costs.variant_id
            and lines.currency = coalesce(costs.currency, lines.currency)

),

renamed as (

    select
        connector,
        order_line_id,
        order_id,
        product_id,
        case
            when coalesce({{ read_as('bool', '_fivetran_deleted') }}, false) then '0'
            else {{ as_amount('quantity') }}
        end as quantity,
        coalesce(cast(cast(unit_price as decimal(15, 6)) as varchar), delivered_price)
            as unit_price,
        -- With what is left of a price that its quantity does not divide.
        case
            when coalesce({{ read_as('bool', '_fivetran_deleted') }}, false) then '0'
            else cast(cast(
                discount
                + cast(unit_price as decimal(15, 6)) * cast(units as decimal(20, 6)) - untaxed
                as decimal(18, 6)
            ) as varchar)
        end as discount_amount,
        coalesce(noted_unit_cost, unit_cost) as unit_cost,
        {{ as_time('_fivetran_synced') }} as loaded_at
    from priced

)

select {{ told_columns('order_lines') }}
from renamed
