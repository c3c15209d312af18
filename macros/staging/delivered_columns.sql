{# Each column of the table as delivered, without the white space around it; blank is null. #}
{% macro delivered_columns(table) %}
    {%- for column in layout_columns(table) %}
    nullif(trim({{ column.name }}, {{ white_space() }}), '') as {{ column.name }}
    {{- ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{% macro white_space() %}' ' || chr(9) || chr(10) || chr(13){% endmacro %}
