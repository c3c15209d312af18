{# A timestamp n × 24 hours later. #}
{% macro plus_days(timestamp, days) -%}
    {{ dbt.dateadd('hour', 24 * (days | int), timestamp) }}
{%- endmacro %}
