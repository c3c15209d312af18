{# Every connector beside the standard layout, with the tables of the layout that it gives:
   each has a model stg_<connector>__<table>. Known at parse time, because each names a ref. #}
{% macro connector_tables() %}
    {{ return({
        'google_ads': ['ad_accounts', 'campaigns', 'ad_spend', 'ad_clicks'],
        'facebook_ads': ['ad_accounts', 'campaigns', 'ad_spend'],
        'microsoft_ads': ['ad_accounts', 'campaigns', 'ad_spend'],
        'linkedin_ads': ['ad_accounts', 'campaigns', 'ad_spend'],
        'tiktok_ads': ['ad_accounts', 'campaigns', 'ad_spend'],
        'hubspot': ['form_fills', 'crm_deals', 'crm_deal_stage_changes', 'deal_stages'],
        'shopify': ['orders', 'order_lines', 'refunds', 'products'],
        'shopify_gql': ['orders', 'order_lines', 'refunds', 'products'],
        'segment': ['web_sessions', 'ad_clicks', 'form_fills'],
        'forms': ['form_fills', 'form_fill_attributes'],
        'salesforce': ['form_fills', 'crm_deals', 'crm_deal_stage_changes', 'deal_stages'],
    }) }}
{% endmacro %}

{# The connectors that the setting names, in its order; stops at a name that is none. #}
{% macro connectors_in_use() %}
    {% set known = ['standard'] + connector_tables().keys() | list %}
    {% set names = [] %}
    {% for name in setting('connectors').split(',') | map('trim') if name not in names %}
        {% if name not in known %}
            {{ exceptions.raise_compiler_error(
                "Setting connectors (C2C_CONNECTORS) names '" ~ name ~ "', which is none: choose of "
                ~ known | join(', ') ~ ", separated by commas; see docs/connectors.md"
            ) }}
        {% endif %}
        {% do names.append(name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{# The connectors in use, without the standard layout, that give a table of the layout. #}
{% macro connectors_of(table) %}
    {% set names = [] %}
    {% for name in connectors_in_use() if name != 'standard' and table in connector_tables()[name] %}
        {% do names.append(name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{# The connectors in use, one row each. #}
{% macro connector_rows() %}
    {%- for connector in connectors_in_use() %}
    select '{{ connector }}' as connector
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
