with

products as (

    {{ union_shapes('shopify', 'product') }}

),

renamed as (

    select
        connector,
        id as product_id,
        title as product_name,
        product_type as category,
        vendor as brand,
        {{ not_told(['unit_cost']) }}
    from products

)

select {{ told_columns('products') }}
from renamed
