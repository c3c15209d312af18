{# A timestamp a column's number of seconds, hours or days of 24 hours later. #}
{% macro plus_seconds(timestamp, seconds) -%}
    {{ dbt.dateadd('second', seconds, timestamp) }}
{%- endmacro %}

{% macro plus_hours(timestamp, hours) -%}
    {{ dbt.dateadd('hour', hours, timestamp) }}
{%- endmacro %}
