{# The click ID that a record carries in columns of its own, (column, type) each: of several
   the first in the order of precedence. `any` is a column for IDs of every type and one that
   tells the type: they count where the others are blank. #}
{% macro carried_click_id(columns, any=none) -%}
    coalesce(
        {%- for column in columns_by_precedence(columns) %}
        {{ without_placeholder(column[0]) }}{{ ',' if any or not loop.last }}
        {%- endfor %}
        {%- if any %}
        {{ without_placeholder(any[0]) }}
        {%- endif %}
    )
{%- endmacro %}

{# The type of that click ID. #}
{% macro carried_click_id_type(columns, any=none) -%}
    case
        {%- for column in columns_by_precedence(columns) %}
        when ({{ without_placeholder(column[0]) }}) is not null then '{{ column[1] }}'
        {%- endfor %}
        {%- if any %}
        when ({{ without_placeholder(any[0]) }}) is not null then {{ any[1] }}
        {%- endif %}
    end
{%- endmacro %}

{% macro columns_by_precedence(columns) %}
    {% set sorted = [] %}
    {% for type in click_id_types() %}
        {% for column in columns if column[1] == type.name %}
            {% do sorted.append(column) %}
        {% endfor %}
    {% endfor %}
    {{ return(sorted) }}
{% endmacro %}

{# Columns for click IDs as a CRM names them, in every type that sites collect. #}
{% macro click_id_columns(before='', after='') %}
    {% set columns = [] %}
    {% for type in click_id_types() %}
        {% do columns.append((before ~ type.name ~ after, type.name)) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
