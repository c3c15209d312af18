with

products as (

    {{ union_shapes('shopify', 'product') }}

),

variants as (

    {{ union_shapes('shopify', 'product_variant', key=['id']) }}

),

items as (

    {{ union_shapes('shopify', 'inventory_item', key=['id']) }}

),

orders as (

    {{ union_shapes('shopify', 'order') }}

),

currencies as (

    select
        connector,
        max(upper(currency)) as currency
    from orders
    group by connector
    having count(distinct upper(currency)) = 1

),

-- A product costs what its variants do, if that is one thing in the currency of all orders.
costs as (

    select
        variants.connector,
        variants.product_id,
        max({{ as_amount('items.unit_cost_amount') }}) as unit_cost
    from variants
    inner join items
        on variants.connector = items.connector and variants.inventory_item_id = items.id
    left join currencies on variants.connector = currencies.connector
    where
        items.unit_cost_currency_code is null
        or upper(items.unit_cost_currency_code) = currencies.currency
    group by variants.connector, variants.product_id
    having count(distinct {{ decimal_or_null('items.unit_cost_amount') }}) = 1

),

renamed as (

    select
        products.connector,
        products.id as product_id,
        products.title as product_name,
        products.product_type as category,
        products.vendor as brand,
        costs.unit_cost
    from products
    left join costs
        on products.connector = costs.connector and products.id = costs.product_id

)

select {{ told_columns('products') }}
from renamed
