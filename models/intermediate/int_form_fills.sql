with

form_fills as (

    select
        *,
        {{ url_parameters('page_url') }} as url_parameters
    from ({{ union_connectors('form_fills') }}) as delivered
    where standing = 'in_force' and not coalesce(is_test, false)

)

select
    form_fill_id,
    connector,
    row_key,
    {{ without_email('form_name') }} as form_name,
    click_id_type,
    click_id,
    {{ url_click_id_type('url_parameters') }} as url_click_id_type,
    {{ url_click_id('url_parameters') }} as url_click_id,
    {{ without_identity('visitor_id') }} as visitor_id,
    customer_type,
    country_code,
    consent_ad_user_data,
    consent_ad_personalization,
    {{ without_email(url_parameter('url_parameters', 'utm_source')) }} as utm_source,
    {{ without_email(url_parameter('url_parameters', 'utm_medium')) }} as utm_medium,
    {{ without_email(url_parameter('url_parameters', 'utm_campaign')) }} as utm_campaign,
    submitted_at,
    known_at
from form_fills
