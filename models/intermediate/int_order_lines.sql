{{ config(materialized='view') }}

with

order_lines as (

    select *
    from ({{ union_connectors('order_lines') }}) as delivered
    where standing = 'in_force'

),

products as (

    select * from {{ ref('int_products') }}

),

costed as (

    select
        order_lines.*,
        coalesce(order_lines.unit_cost, products.unit_cost_original) as known_unit_cost
    from order_lines
    left join products on order_lines.product_id = products.product_id

)

select
    order_line_id,
    order_id,
    connector,
    row_key,
    product_id,
    quantity,
    cast(cast(quantity as decimal(38, 6)) * unit_price as decimal(38, 12))
    - coalesce(discount_amount, 0) as net_price_original,
    known_unit_cost as unit_cost_original,
    cast(cast(quantity as decimal(38, 6)) * known_unit_cost as decimal(38, 12))
        as cost_original,
    known_unit_cost is not null as is_covered,
    known_at
from costed
