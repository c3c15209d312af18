{# When the newest row of a raw table arrived: its loaded_at or, where that is blank, the
   time of the event itself, which is a required column where there is one. The source YAML
   calls it for `dbt source freshness`. #}
{% macro latest_delivery(table) %}
    {%- set times = [] -%}
    {%- for column in layout_columns(table) | sort(attribute='required') -%}
        {%- if column.name == 'loaded_at' or (column.required and column.form in ['timestamp', 'date']) -%}
            {%- do times.append('cast(' ~ read_as(column.form, column.name) ~ ' as timestamp)') -%}
        {%- endif -%}
    {%- endfor -%}
    select max(coalesce({{ times | join(', ') }}))
    from (select {{ delivered_columns(table) }} from {{ source('raw', table) }}) as delivered
{% endmacro %}
