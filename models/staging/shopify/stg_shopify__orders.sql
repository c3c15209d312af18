with

orders as (

    {{ union_shapes('shopify', 'order') }}

),

customers as (

    select
        connector,
        id,
        max(email) as email,
        max(phone) as phone
    from ({{ union_shapes('shopify', 'customer') }}) as customers
    group by connector, id

),

totals as (

    select * from {{ ref('stg_shopify__order_totals') }}

),

-- What the shop wrote to the cart goes before what stood in the landing page's address.
attributes as (

    select
        connector,
        order_id,
        lower(name) as name,
        {{ unquoted('value') }} as value,
        1 as place
    from ({{ union_shapes('shopify', 'order_note_attribute') }}) as note_attributes

    union all

    select
        connector,
        order_id,
        lower(key) as name,
        {{ unquoted('value') }} as value,
        2 as place
    from ({{ union_shapes('shopify', 'order_url_tag') }}) as url_tags

),

click_ids as (

    select
        connector,
        order_id,
        name,
        value as click_id,
        row_number() over (
            partition by connector, order_id
            order by place, {{ click_id_rank('name') }}, value
        ) as choice
    from attributes
    where
        (name = 'click_id' or {{ click_id_rank('name') }} < 99)
        and {{ without_placeholder('value') }} is not null

),

noted as (

    select
        connector,
        order_id,
        {% for name in [
            'click_id_type', 'visitor_id', 'consent_ad_user_data', 'consent_ad_personalization',
            'user_agent',
        ] -%}
            max(case when name = '{{ name }}' and place = 1 then value end) as {{ name }}
            {{- ',' if not loop.last }}
        {% endfor %}
    from attributes
    group by connector, order_id

),

visits as (

    select
        visits.connector,
        visits.order_id,
        visits.landing_page,
        row_number() over (
            partition by visits.connector, visits.order_id
            order by {{ time_or_null('visits.occurred_at') }} desc, visits.id
        ) as choice
    from ({{ union_shapes('shopify', 'customer_visit') }}) as visits
    inner join orders on visits.connector = orders.connector and visits.order_id = orders.id
    where
        visits.landing_page is not null
        and {{ time_or_null('visits.occurred_at') }}
        <= {{ time_or_null('coalesce(orders.processed_at, orders.created_at)') }}

),

-- Of all discounts those that no line bears; and tax in prices that no line tells.
totalled as (

    select
        orders.*,
        totals.shipping_amount,
        {{ decimal_or_null('orders.total_discounts') }}
        - coalesce(totals.line_discount, 0)
        - coalesce(totals.shipping_discount, 0)
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
        coalesce({{ as_amount('orders.total_shipping_price') }}, cast(orders.shipping_amount as varchar))
            as shipping_amount,
        click_ids.click_id,
        case when click_ids.name = 'click_id' then noted.click_id_type else click_ids.name end
            as click_id_type,
        coalesce(orders.landing_site_base_url, visits.landing_page) as landing_page_url,
        noted.visitor_id,
        coalesce(orders.shipping_address_country_code, orders.billing_address_country_code)
            as country_code,
        -- A shop deletes only what was cancelled or never paid.
        coalesce(
            {{ as_time('orders.cancelled_at') }},
            case
                when coalesce({{ read_as('bool', 'orders._fivetran_deleted') }}, false)
                    then {{ as_time('orders._fivetran_synced') }}
            end
        ) as cancelled_at,
        orders.test as is_test,
        noted.consent_ad_user_data,
        noted.consent_ad_personalization,
        noted.user_agent,
        {{ as_time('orders._fivetran_synced') }} as loaded_at
    from totalled as orders
    left join customers
        on orders.connector = customers.connector and orders.customer_id = customers.id
    left join click_ids
        on
            orders.connector = click_ids.connector
            and orders.id = click_ids.order_id
            and click_ids.choice = 1
    left join noted on orders.connector = noted.connector and orders.id = noted.order_id
    left join visits
        on
            orders.connector = visits.connector
            and orders.id = visits.order_id
            and visits.choice = 1

)

select {{ told_columns('orders') }}
from renamed
