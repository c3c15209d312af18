with

orders as (

    select
        connector,
        id,
        max({{ time_or_null('coalesce(processed_at, created_at)') }}) as ordered_at
    from ({{ union_shapes('shopify', 'order') }}) as orders
    group by connector, id

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
        {% for name in [
            'click_id_type', 'visitor_id', 'consent_ad_user_data',
            'consent_ad_personalization', 'user_agent',
        ] -%}
            max(case when name = '{{ name }}' and place = 1 then value end) as {{ name }},
        {% endfor -%}
        connector,
        order_id
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
        and {{ time_or_null('visits.occurred_at') }} <= orders.ordered_at

)

select
    orders.connector,
    orders.id as order_id,
    click_ids.click_id,
    case when click_ids.name = 'click_id' then noted.click_id_type else click_ids.name end
        as click_id_type,
    visits.landing_page as landing_page_url,
    noted.visitor_id,
    noted.consent_ad_user_data,
    noted.consent_ad_personalization,
    noted.user_agent
from orders
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
