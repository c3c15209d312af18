{# True for rows of the files that a query of delivered_part finds. It is asked before the
   model runs: the names stand in the SQL itself, for then no row of another file is read. #}
{% macro of_parts(query) %}
    {%- for row in run_query(
        'select distinct delivered_part from (' ~ query ~ ') order by delivered_part'
    ).rows %}
        {{- 'delivered_part in (' if loop.first }}'{{ row[0] | replace("'", "''") }}'
        {{- ')' if loop.last else ', ' }}
    {%- else -%}
        false
    {%- endfor %}
{% endmacro %}

{# True for rows of a growing table that this incremental model has not read: those of the
   files of which it holds no row. #}
{% macro of_unread_parts(table) %}
    {{- of_parts(
        "select delivered_part from raw._parts where table_name = '" ~ table ~ "'"
        ~ ' and delivered_part not in (select distinct delivered_part from ' ~ this
        ~ ' where delivered_part is not null)'
    ) -}}
{% endmacro %}
