{%- set click_ids = click_id_columns(before='noted.') -%}

with

noted as (

    select
        {% for meaning in click_id_types() | map(attribute='name') | list + [
            'email', 'phone', 'page_url', 'visitor_id', 'customer_type', 'country_code',
            'consent_ad_user_data', 'consent_ad_personalization',
        ] -%}
            max(case when meaning = '{{ meaning }}' then value end) as {{ meaning }},
        {% endfor -%}
        form_fill_id
    from {{ ref('stg_forms__values') }}
    group by form_fill_id

),

-- Gravity Forms keeps 200 characters of an address: a last parameter that may be cut is none.
sent as (

    select
        'typeform/' || id_prefix || response_id as form_fill_id,
        form_id as form_name,
        submitted_at,
        metadata_referer as page_url,
        cast(null as varchar) as is_test,
        _fivetran_synced
    from {{ source('forms', 'typeform_response') }}

    union all

    select
        'gravity/' || id_prefix || id as form_fill_id,
        form_id as form_name,
        date_created as submitted_at,
        case
            when length(source_url) >= 200
                then regexp_replace(source_url, '[?&][^?&]*$', '')
            else source_url
        end as page_url,
        -- Spam and what was thrown away count as tests: seen, and left out.
        case when status in ('spam', 'trash') then 'true' end as is_test,
        _fivetran_synced
    from {{ source('forms', 'gf_entry') }}

),

renamed as (

    select
        false as is_replaced,
        sent.form_fill_id,
        sent.form_name,
        {{ as_time('sent.submitted_at') }} as submitted_at,
        {{ carried_click_id(click_ids) }} as click_id,
        {{ carried_click_id_type(click_ids) }} as click_id_type,
        coalesce(noted.page_url, sent.page_url) as page_url,
        noted.visitor_id,
        noted.email,
        noted.phone,
        noted.customer_type,
        noted.consent_ad_user_data,
        noted.consent_ad_personalization,
        noted.country_code,
        sent.is_test,
        {{ synced_at('sent._fivetran_synced') }}
    from sent
    left join noted on sent.form_fill_id = noted.form_fill_id

)

select {{ told_columns('form_fills', 'forms') }}
from renamed
