{# The beginning of a day in a time zone that the engine knows, as a UTC timestamp. #}
{% macro start_of_day(day, time_zone) %}
    {{- adapter.dispatch('start_of_day')(day, time_zone) -}}
{% endmacro %}

{% macro duckdb__start_of_day(day, time_zone) -%}
    timezone('UTC', timezone({{ time_zone }}, cast({{ day }} as timestamp)))
{%- endmacro %}
