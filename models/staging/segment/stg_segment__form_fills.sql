{%- set click_ids = click_id_columns() -%}
{%- set any_click_id = ('click_id', 'click_id_type') -%}

with

submissions as (

    select * from {{ source('segment', 'form_submitted') }}

),

renamed as (

    select
        false as is_replaced,
        coalesce(form_fill_id, id) as form_fill_id,
        form_name,
        {{ as_time('timestamp') }} as submitted_at,
        {{ carried_click_id(click_ids, any_click_id) }} as click_id,
        {{ carried_click_id_type(click_ids, any_click_id) }} as click_id_type,
        context_page_url as page_url,
        anonymous_id as visitor_id,
        email,
        phone,
        customer_type,
        consent_ad_user_data,
        consent_ad_personalization,
        country_code,
        is_test,
        {{ synced_at('coalesce(uuid_ts, received_at)') }}
    from submissions

)

select {{ told_columns('form_fills', 'segment') }}
from renamed
