{# Delivered rows that a staged row stands for: connectors add up spend of a finer grain. #}
{% macro delivered_row_count(table, alias='') -%}
    {{ alias ~ 'delivered_row_count' if table in ['ad_spend', 'product_spend'] else '1' }}
{%- endmacro %}
