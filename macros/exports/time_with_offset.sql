{# A UTC timestamp as the clocks of a time zone show it, with their offset:
   2025-03-30 03:00:00+02:00. #}
{% macro time_with_offset(timestamp, time_zone) %}
    {{- adapter.dispatch('time_with_offset')(timestamp, time_zone) -}}
{% endmacro %}

{% macro duckdb__time_with_offset(timestamp, time_zone) -%}
    {%- set local = 'timezone(' ~ time_zone ~ ", timezone('UTC', " ~ timestamp ~ '))' -%}
    {%- set minutes = "datediff('minute', " ~ timestamp ~ ', ' ~ local ~ ')' -%}
    strftime({{ local }}, '%Y-%m-%d %H:%M:%S')
    || case when {{ minutes }} < 0 then '-' else '+' end
    || lpad(cast(abs({{ minutes }}) // 60 as varchar), 2, '0') || ':'
    || lpad(cast(abs({{ minutes }}) % 60 as varchar), 2, '0')
{%- endmacro %}
