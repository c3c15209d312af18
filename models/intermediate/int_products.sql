-- What the standard layout says of a product goes before what a connector does, which fills
-- its blanks.
with

told as (

    select
        {% for column in ['product_name', 'category', 'brand', 'unit_cost'] -%}
            coalesce(
                max(case when connector <> 'standard' then null else {{ column }} end),
                max(case when connector <> 'standard' then {{ column }} end)
            ) as {{ column }},
        {% endfor -%}
        product_id
    from ({{ union_connectors('products') }}) as delivered
    where standing = 'in_force'
    group by product_id

)

select
    product_id,
    product_name,
    category,
    brand,
    unit_cost as unit_cost_original
from told
