with

orders as (

    {{ union_shapes('shopify', 'order') }}

),

customers as (

    select
        connector,
        id,
        email,
        phone
    from ({{ union_shapes('shopify', 'customer', key=['id']) }}) as customers

),

totals as (

    select * from {{ ref('stg_shopify__order_totals') }}

),

traces as (

    select * from {{ ref('stg_shopify__order_traces') }}

),

-- Of all discounts those that no line bears; and tax in prices that no line tells.
totalled as (

    select
        orders.*,
        totals.shipping_amount,
        case
            when orders.total_discounts is null then 0
            else
                {{ decimal_or_null('orders.total_discounts') }}
                - coalesce(totals.line_discount, 0)
                - coalesce(totals.shipping_discount, 0)
        end
        + case
            when
                coalesce({{ read_as('bool', 'orders.taxes_included') }}, false)
                and not totals.has_tax_line
                then coalesce({{ decimal_or_null('orders.total_tax') }}, 0)
            else 0
        end as order_discount
    from orders
    left join totals on orders.connector = totals.connector and orders.id = totals.order_id

),

renamed as (

    select
        orders.connector,
        orders.id as order_id,
        orders.customer_id,
        coalesce(orders.email, customers.email) as email,
        coalesce(orders.phone, customers.phone) as phone,
        {{ as_time('coalesce(orders.processed_at, orders.created_at)') }} as ordered_at,
        orders.currency as currency_code,
        {{ as_computed('orders.order_discount', 'orders.total_discounts') }} as discount_amount,
        {{ as_amount('orders.total_tax') }} as tax_amount,
        coalesce(
            {{ as_amount('orders.total_shipping_price') }},
            cast(orders.shipping_amount as varchar)
        ) as shipping_amount,
        traces.click_id,
        traces.click_id_type,
        coalesce(orders.landing_site_base_url, traces.landing_page_url) as landing_page_url,
        traces.visitor_id,
        coalesce(orders.shipping_address_country_code, orders.billing_address_country_code)
            as country_code,
        -- A shop deletes only what was cancelled or never paid.
        coalesce(
            {{ as_time('orders.cancelled_at') }},
            case
                when coalesce({{ read_as('bool', 'orders._fivetran_deleted') }}, false)
                    then {{ as_time(
                        'coalesce(orders._fivetran_synced, orders.processed_at, orders.created_at)'
                    ) }}
            end
        ) as cancelled_at,
        orders.test as is_test,
        traces.consent_ad_user_data,
        traces.consent_ad_personalization,
        traces.user_agent,
        {{ synced_at('orders._fivetran_synced') }}
    from totalled as orders
    left join customers
        on orders.connector = customers.connector and orders.customer_id = customers.id
    left join traces on orders.connector = traces.connector and orders.id = traces.order_id

)

select {{ told_columns('orders') }}
from renamed
