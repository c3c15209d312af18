{# Whole days of 24 hours from one timestamp to a later one. #}
{% macro days_between(first, second) %}
    {{- adapter.dispatch('days_between')(first, second) -}}
{% endmacro %}

{% macro duckdb__days_between(first, second) -%}
    datesub('day', {{ first }}, {{ second }})
{%- endmacro %}
