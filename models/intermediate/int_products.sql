-- What the standard layout says of a product goes before what a connector does, which fills
-- its blanks.
select
    product_id,
    {% for column in ['product_name', 'category', 'brand', 'unit_cost'] -%}
        coalesce(
            max(case when connector <> 'standard' then null else {{ column }} end),
            max(case when connector <> 'standard' then {{ column }} end)
        ) as {{ column ~ ('_original' if column == 'unit_cost') }}
        {{- ',' if not loop.last }}
    {% endfor %}
from ({{ union_connectors('products') }}) as delivered
where standing = 'in_force'
group by product_id
