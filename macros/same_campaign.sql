{# The join of two relations on platform, account, campaign and a date column. #}
{% macro same_campaign(left, right, date) -%}
    {{ left }}.platform = {{ right }}.platform
        and {{ left }}.account_id = {{ right }}.account_id
        and {{ left }}.campaign_id = {{ right }}.campaign_id
        and {{ left }}.{{ date }} = {{ right }}.{{ date }}
{%- endmacro %}
