with

form_fills as (

    select
        *,
        {{ url_parameters('page_url') }} as url_parameters
    from ({{ union_connectors('form_fills') }}) as delivered
    where standing = 'in_force' and not coalesce(is_test, false)

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

free_mail_domains as (

    select * from {{ ref('free_mail_domains') }}

)

select
    form_fills.form_fill_id,
    form_fills.connector,
    form_fills.row_key,
    {{ without_erased('form_fills.form_name', 'erased_ids') }} as form_name,
    form_fills.click_id_type,
    form_fills.click_id,
    {{ url_click_id_type('form_fills.url_parameters') }} as url_click_id_type,
    {{ url_click_id('form_fills.url_parameters') }} as url_click_id,
    {{ without_identity('form_fills.visitor_id', 'erased_ids.token') }} as visitor_id,
    form_fills.customer_type,
    form_fills.country_code,
    -- What the address tells of the sender; the address itself stays in staging.
    case
        when coalesce(form_fills.email, '') not like '%@_%' then 'none'
        when
            lower({{ dbt.split_part('form_fills.email', "'@'", -1) }})
            in (select free_mail_domains.domain from free_mail_domains)
            then 'free_mail'
        else 'business'
    end as email_domain_kind,
    form_fills.consent_ad_user_data,
    form_fills.consent_ad_personalization,
    {{ without_erased(url_parameter('form_fills.url_parameters', 'utm_source'), 'erased_ids') }}
        as utm_source,
    {{ without_erased(url_parameter('form_fills.url_parameters', 'utm_medium'), 'erased_ids') }}
        as utm_medium,
    {{ without_erased(url_parameter('form_fills.url_parameters', 'utm_campaign'), 'erased_ids') }}
        as utm_campaign,
    form_fills.submitted_at,
    form_fills.known_at
from form_fills
left join erased_ids
    on {{ without_identity('form_fills.visitor_id') }} = erased_ids.id_value
