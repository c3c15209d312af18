with

listed as (

    select * from {{ ref('int_products') }}

),

seen as (

    select product_id from listed
    union distinct
    select order_lines.product_id
    from {{ ref('int_order_lines') }} as order_lines
    inner join {{ ref('int_orders_judged') }} as orders
        on order_lines.order_id = orders.order_id
    where orders.issue is null and not orders.is_test
    union distinct
    select product_id from {{ ref('int_product_spend') }}

)

select
    seen.product_id,
    listed.product_name,
    listed.category,
    listed.brand,
    listed.unit_cost_original,
    listed.product_id is not null as is_listed
from seen
left join listed on seen.product_id = listed.product_id
where seen.product_id is not null
