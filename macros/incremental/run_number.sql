{# The number of this run, by which later models know the rows that are new to them. #}
{% macro run_number() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'retry'] -%}
        {{- run_query('select max(run_number) from raw._runs').rows[0][0] -}}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{# The newest run that this incremental model knows, of which its column `known_run` tells:
   rows settled later are new to it. The number itself, for then the engine skips others. #}
{% macro newest_run(known_run) -%}
    {{ run_query('select coalesce(max(' ~ known_run ~ '), 0) from ' ~ this).rows[0][0] }}
{%- endmacro %}
