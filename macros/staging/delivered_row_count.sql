{# Delivered rows that a staged row stands for: connectors add up spend of a finer grain. #}
{% macro delivered_row_count(table, rows) -%}
    {%- if table in ['ad_spend', 'product_spend'] -%}
        {{ rows }}.delivered_row_count
    {%- else -%}
        case when {{ rows }}.connector is not null then 1 end
    {%- endif -%}
{%- endmacro %}
