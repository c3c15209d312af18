{# The calendar date, in a time zone, of a UTC timestamp. #}
{% macro local_date(timestamp, time_zone) %}
    {{- adapter.dispatch('local_date')(timestamp, time_zone) -}}
{% endmacro %}

{% macro duckdb__local_date(timestamp, time_zone) -%}
    cast(timezone({{ time_zone }}, timezone('UTC', {{ timestamp }})) as date)
{%- endmacro %}
