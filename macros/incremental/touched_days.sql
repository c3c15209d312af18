{# The days that a query finds, which holds a column `day`; asked before the model runs, so
   that the engine sees literals and skips what lies outside. #}
{% macro touched_days(query) %}
    {% set days = [] %}
    {% for row in run_query('select distinct day from (' ~ query ~ ') order by day').rows %}
        {% do days.append(row[0] | string) %}
    {% endfor %}
    {{ return(days) }}
{% endmacro %}

{# True for a time or a date on one of these days, UTC. #}
{% macro on_days(column, days) -%}
    {%- if days -%}
        {{ column }} >= timestamp '{{ days[0] }}'
        and {{ column }} < {{ plus_days("timestamp '" ~ days[-1] ~ "'", 1) }}
        and cast({{ column }} as date) in (
            {%- for day in days %}date '{{ day }}'{{ ', ' if not loop.last }}{% endfor -%}
        )
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{# The days of a growing entity's rows that were settled after the newest run that the model
   knows, which its column `known_run` tells. #}
{% macro days_settled(entity, date, known_run) %}
    select cast({{ date }} as date) as day
    from ({{ union_connectors(entity) }}) as {{ entity }}
    where
        standing <> 'rejected'
        and settled_run > {{ newest_run(known_run) }}
{% endmacro %}
