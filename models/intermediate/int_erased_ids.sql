-- In schema staging, unlike its folder: it holds what must not stand right of there.
{{ config(schema='staging') }}

with

requests as (

    select * from {{ ref('erasure_requests') }}

),

delivered as (

    select
        email,
        phone,
        customer_id,
        visitor_id
    from ({{ union_connectors('orders') }}) as orders

    union all

    select
        email,
        phone,
        null as customer_id,
        visitor_id
    from ({{ union_connectors('form_fills') }}) as form_fills

    union all

    select
        email,
        null as phone,
        null as customer_id,
        visitor_id
    from ({{ union_connectors('web_sessions') }}) as web_sessions

    union all

    select
        email,
        null as phone,
        null as customer_id,
        null as visitor_id
    from ({{ union_connectors('crm_deals') }}) as crm_deals

    union all

    -- Clicks have no address but one that serves as ID.
    select
        null as email,
        null as phone,
        null as customer_id,
        visitor_id
    from ({{ union_connectors('ad_clicks') }}) as ad_clicks
    where has_address

),

listed as (

    select *
    from delivered
    where
        {{ hashed('sha256', 'lower(email)') }} in (select requests.email_sha256 from requests)
        or (
            strpos(customer_id, '@') > 0
            and {{ hashed('sha256', 'lower(customer_id)') }}
            in (select requests.email_sha256 from requests)
        )
        or (
            strpos(visitor_id, '@') > 0
            and {{ hashed('sha256', 'lower(visitor_id)') }}
            in (select requests.email_sha256 from requests)
        )

),

-- A customer is a person; a visitor may be a device that many share.
theirs as (

    select *
    from listed

    union all

    select *
    from delivered
    where customer_id in (select listed.customer_id from listed)

),

texts as (

    {% for column in ['email', 'phone', 'customer_id', 'visitor_id'] -%}
        select {{ column }} as delivered_text
        from theirs
        where {{ column }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

spelled as (

    select delivered_text as spelling
    from texts

    union distinct

    select lower(delivered_text) as spelling
    from texts

),

written as (

    select spelling as id_value
    from spelled

    union distinct

    select {{ hashed('md5', 'spelling') }} as id_value
    from spelled

    union distinct

    select {{ hashed('sha1', 'spelling') }} as id_value
    from spelled

    union distinct

    select {{ hashed('sha256', 'spelling') }} as id_value
    from spelled

    union distinct

    select email_sha256 as id_value
    from requests
    where email_sha256 is not null

)

select
    id_value,
    'erased-' || row_number() over (order by id_value) as token
from written
