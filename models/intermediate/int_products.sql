with

ranked as (

    select
        *,
        row_number() over (partition by product_id order by connector) as choice
    from ({{ union_connectors('products') }}) as delivered
    where standing = 'in_force'

)

select
    product_id,
    product_name,
    category,
    brand,
    unit_cost as unit_cost_original
from ranked
where choice = 1
