{# What every model of a connector ends with: who tells the row, what only connectors say of
   it, and the layout's columns as text, in layout order. Without `connector` the row has a
   column that tells. #}
{% macro told_columns(table, connector=none) %}
    {{ "'" ~ connector ~ "' as connector" if connector else 'connector' }},
    {%- for name in connector_columns(table) %}
    {{ name }},
    {%- endfor %}
    {%- for column in layout_columns(table) %}
    {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# What connectors say of a row beside the layout's columns:
   raw_key: what tells rows apart that the layout has no column for; they are added up.
   is_day_only: clicked_at is the beginning of a day, not the moment of the click.
   is_replaced: another raw row stands for this one, as after a merge.
   synced_at: when the loader wrote the row; of several versions the latest counts. #}
{% macro connector_columns(table) %}
    {% set names = {
        'ad_spend': ['raw_key'],
        'ad_clicks': ['is_day_only'],
        'form_fills': ['is_replaced'],
        'crm_deals': ['is_replaced'],
        'crm_deal_stage_changes': ['is_replaced'],
        'web_sessions': ['is_replaced'],
    }.get(table, []) %}
    {% set timed = layout_columns(table) | selectattr('name', 'equalto', 'loaded_at') | list %}
    {{ return(names + (['synced_at'] if timed else [])) }}
{% endmacro %}

{# Columns of the layout that a connector cannot tell. #}
{% macro not_told(names) %}
    {%- for name in names %}
    cast(null as varchar) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
