{%- set click_ids = click_id_columns(after='_c') -%}
{%- set any_click_id = ('click_id_c', 'click_id_type_c') -%}

with

leads as (

    {{ versions_in_history(source('salesforce', 'lead')) }}

),

renamed as (

    select
        is_replaced,
        id as form_fill_id,
        lead_source as form_name,
        {{ as_time('created_date') }} as submitted_at,
        {{ carried_click_id(click_ids, any_click_id) }} as click_id,
        {{ carried_click_id_type(click_ids, any_click_id) }} as click_id_type,
        landing_page_c as page_url,
        visitor_id_c as visitor_id,
        email,
        coalesce(phone, mobile_phone) as phone,
        customer_type_c as customer_type,
        country_code,
        -- Deleted, and not because another lead stands for the same person: no lead.
        case
            when is_gone and master_record_id is null then 'true'
            else 'false'
        end as is_test,
        {{ synced_at('_fivetran_synced') }},
        {{ not_told(['consent_ad_user_data', 'consent_ad_personalization']) }}
    from leads

)

select {{ told_columns('form_fills', 'salesforce') }}
from renamed
