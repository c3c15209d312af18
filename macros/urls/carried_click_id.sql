{# The click ID that a record carries in columns of its own, (column, type) each: of several
   the first in the order of precedence. #}
{% macro carried_click_id(columns) -%}
    coalesce(
        {%- for column in columns_by_precedence(columns) %}
        {{ without_placeholder(column[0]) }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The type of that click ID. #}
{% macro carried_click_id_type(columns) -%}
    case
        {%- for column in columns_by_precedence(columns) %}
        when ({{ without_placeholder(column[0]) }}) is not null then '{{ column[1] }}'
        {%- endfor %}
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
