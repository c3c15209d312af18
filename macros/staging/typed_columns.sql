{#
    Each column of the table read as its type, with what the table's own faults need:
    row_key (key columns, times and dates as delivered), first_issue ('column:kind' of the first fault in
    layout order), <column>_delivered where the text itself is shown in the audit, and
    delivered_text (every column as delivered, which breaks ties) unless `with_text` is false.
#}
{% macro typed_columns(table, with_text=true, native=true) %}
    {%- set columns = layout_columns(table, native) -%}
    {%- for key in layout_key(table) %}
    {%- for column in columns if column.name == key %}
    {%- set is_text = column.form in ['text', 'click_id'] %}
    coalesce({{ read_as(column.form, key, column.case) if is_text else key }}, '')
    {%- endfor %}
    {{- " || '/' ||" if not loop.last }}
    {%- endfor %} as row_key,
    {%- for column in columns %}
    {{ read_column(column) }} as {{ column.name }},
    {%- if column.keep_delivered %}
    {{ column.name }} as {{ column.name }}_delivered,
    {%- endif %}
    {%- endfor %}
    case
        {%- for column in columns %}
        {%- set value = read_column(column) %}
        {%- if column.required %}
        when {{ column.name }} is null then '{{ column.name }}:missing'
        {%- endif %}
        {%- if column.form not in ['text', 'click_id'] %}
        when {{ column.name }} is not null and {{ value }} is null
            then '{{ column.name }}:unreadable'
        {%- endif %}
        {%- if column.reject_negative %}
        when {{ value }} < 0 then '{{ column.name }}:negative'
        {%- endif %}
        {%- endfor %}
    end as first_issue
    {%- if with_text %},
    {{ text_array(columns | map(attribute='name') | list, "''") }} as delivered_text
    {%- endif %}
{% endmacro %}

{# A delivered column as its type; a native time is not read from its text. #}
{% macro read_column(column) -%}
    {%- set read = read_as(column.form, column.name, column.case) -%}
    {{ 'coalesce(' ~ column.name ~ '_native, ' ~ read ~ ')' if column.has_native else read }}
{%- endmacro %}

{# Texts as one array that compares element by element; `blank` stands for null. #}
{% macro text_array(columns, blank) %}
    {{- adapter.dispatch('text_array')(columns, blank) -}}
{% endmacro %}

{% macro duckdb__text_array(columns, blank) -%}
    [
        {%- for column in columns %}
        coalesce({{ column }}, {{ blank }}){{ ',' if not loop.last }}
        {%- endfor %}
    ]
{%- endmacro %}
