-- In schema staging: the hash of an address is as personal as the address.
{{ config(schema='staging') }}

with

orders as (

    select *
    from ({{ union_connectors('orders') }}) as delivered
    where standing = 'in_force'

),

form_fills as (

    select *
    from ({{ union_connectors('form_fills') }}) as delivered
    where standing = 'in_force'

),

deals as (

    select *
    from ({{ union_connectors('crm_deals') }}) as delivered
    where standing = 'in_force'

),

deal_form_fills as (

    select * from {{ ref('int_deal_form_fills') }}

),

erased as (

    select id_value from {{ ref('int_erased_ids') }}

),

people as (

    select
        'order' as conversion_type,
        order_id as conversion_id,
        email,
        email as other_email,
        phone,
        customer_id,
        visitor_id,
        consent_ad_user_data,
        consent_ad_personalization
    from orders

    union all

    select
        'form_fill' as conversion_type,
        form_fill_id as conversion_id,
        email,
        email as other_email,
        phone,
        null as customer_id,
        visitor_id,
        consent_ad_user_data,
        consent_ad_personalization
    from form_fills

    union all

    -- Consent is given on a form: a deal has that of its form fill, or none.
    select
        'deal' as conversion_type,
        deals.deal_id as conversion_id,
        coalesce(form_fills.email, deals.email) as email,
        deals.email as other_email,
        form_fills.phone,
        null as customer_id,
        form_fills.visitor_id,
        form_fills.consent_ad_user_data,
        form_fills.consent_ad_personalization
    from deals
    left join deal_form_fills on deals.deal_id = deal_form_fills.deal_id
    left join form_fills on deal_form_fills.form_fill_id = form_fills.form_fill_id

),

cleaned as (

    select
        *,
        {{ without_white_space('lower(email)') }} as address,
        {{ phone_digits('phone') }} as digits
    from people

)

select
    conversion_type,
    conversion_id,
    {{ hashed_email('plain', 'address') }} as hashed_email_plain,
    {{ hashed_email('gmail', 'address') }} as hashed_email_gmail,
    {{ hashed_email('microsoft', 'address') }} as hashed_email_microsoft,
    {{ hashed_phone('e164', 'phone', 'digits') }} as hashed_phone_e164,
    {{ hashed_phone('digits', 'phone', 'digits') }} as hashed_phone_digits,
    -- What was said and is not understood is no consent.
    {% for consent in ['consent_ad_user_data', 'consent_ad_personalization'] -%}
        case
            when lower({{ consent }}) = 'granted' then 'granted'
            when {{ consent }} is not null then 'denied'
        end as {{ consent }},
    {% endfor %}
    coalesce(
        lower(email) in (select erased.id_value from erased)
        or lower(other_email) in (select erased.id_value from erased)
        or phone in (select erased.id_value from erased)
        or customer_id in (select erased.id_value from erased)
        or visitor_id in (select erased.id_value from erased),
        false
    ) as is_erased
from cleaned
