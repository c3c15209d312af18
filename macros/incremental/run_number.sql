{# The number of this run, by which later models know the rows that are new to them. #}
{% macro run_number() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'retry'] -%}
        {{- run_query('select max(run_number) from raw._runs').rows[0][0] -}}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
