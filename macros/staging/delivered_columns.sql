{# Each column of the table as delivered, without the white space around it; blank is null.
   Of a growing table also its native times, unless `native` is false. #}
{% macro delivered_columns(table, native=true) %}
    {%- for column in layout_columns(table, native) %}
    {%- if column.has_native %}
    case when {{ column.name }}_native is null then {{ trimmed(column.name) }} else {{ column.name }} end
        as {{ column.name }},
    {{ column.name }}_native
    {%- else %}
    {{ trimmed(column.name) }} as {{ column.name }}
    {%- endif %}
    {{- ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# Looks at both ends before it trims, which costs ten times as much: white space sorts
   before every other character that can be seen. #}
{% macro trimmed(text) -%}
    case
        when
            {{ text }} >= '!'
            and {{ text }} not like '% '
            and {{ text }} not like '%' || chr(9)
            and {{ text }} not like '%' || chr(10)
            and {{ text }} not like '%' || chr(13)
            then {{ text }}
        else nullif(trim({{ text }}, {{ white_space() }}), '')
    end
{%- endmacro %}

{% macro white_space() %}' ' || chr(9) || chr(10) || chr(13){% endmacro %}
