{%- set enumerations = [
    ('campaigns', 'channel_type'),
    ('campaigns', 'business_model'),
    ('ad_clicks', 'click_id_type'),
    ('form_fills', 'click_id_type'),
    ('form_fills', 'customer_type'),
    ('form_fills', 'consent_ad_user_data'),
    ('form_fills', 'consent_ad_personalization'),
    ('crm_deals', 'click_id_type'),
    ('crm_deals', 'customer_type'),
    ('orders', 'click_id_type'),
    ('orders', 'consent_ad_user_data'),
    ('orders', 'consent_ad_personalization'),
] -%}

with

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

)

{% for table_name, column_name in enumerations -%}
    select
        connector,
        '{{ table_name }}' as table_name,
        row_key,
        '{{ column_name }}' as column_name,
        'unknown_value' as issue,
        {{ audited_value(
            "'" ~ column_name ~ "'", delivered_name(table_name, column_name), 'erased_ids'
        ) }} as raw_value,
        known_at
    from ({{ union_connectors(table_name) }}) as delivered
    where
        standing = 'in_force'
        {% if table_name == 'ad_clicks' -%}
            and has_unknown_type
        {%- else -%}
            and not coalesce({{ is_listed_value(table_name, column_name) }}, true)
        {%- endif %}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
