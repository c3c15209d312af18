{# What every staging model ends with: the connector, the row's key, the typed columns, its
   own fault if it has one, what it counts for and when it was known. #}
{% macro staged_columns(table, connector="'standard'") %}
    {{ connector }} as connector,
    row_key,
    {%- for column in layout_columns(table) %}
    {{ column.name }},
    {%- if column.keep_delivered %}
    {{ column.name }}_delivered,
    {%- endif %}
    {%- endfor %}
    {{- issue_columns(table) }},
    standing,
    known_at
{% endmacro %}
