{# The rows of a query as a relation of this run alone, asked before the model runs: once, and
   with their number known, by which the engine joins small to large. #}
{% macro asked_before(name, query) %}
    {{- adapter.dispatch('asked_before')(name, query) -}}
{% endmacro %}

{% macro duckdb__asked_before(name, query) %}
    {%- do run_query('create or replace temp table ' ~ name ~ ' as ' ~ query) -%}
    {{- name -}}
{% endmacro %}
