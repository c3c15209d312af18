{# The columns of a standard-layout table in layout order, as its source YAML lists them. #}
{% macro layout_columns(table) %}
    {% set columns = [] %}
    {% if execute %}
        {% for source in graph.sources.values() if source.source_name == 'raw' and source.name == table %}
            {% for column in source.columns.values() %}
                {% set meta = column.config.get('meta', {}) %}
                {% do columns.append({
                    'name': column.name,
                    'form': column.data_type,
                    'required': meta.get('required', false),
                    'case': meta.get('case'),
                    'reject_negative': meta.get('reject_negative', false),
                    'keep_delivered': meta.get('keep_delivered', false),
                    'values': meta.get('values', []),
                    'personal': meta.get('personal', false),
                }) %}
            {% endfor %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}

{# The key columns of a standard-layout table, in the order of its row_key. #}
{% macro layout_key(table) %}
    {% set keys = [] %}
    {% if execute %}
        {% for source in graph.sources.values() if source.source_name == 'raw' and source.name == table %}
            {% do keys.extend(source.config.get('meta', {}).get('key', [])) %}
        {% endfor %}
    {% endif %}
    {{ return(keys) }}
{% endmacro %}

{# True where a column's value is in the list that the layout gives; null for blank. #}
{% macro is_listed_value(table, name) -%}
    {%- for column in layout_columns(table) if column.name == name -%}
        {% if column.keep_delivered %}{{ column.case }}({{ name }}_delivered){% else %}{{ name }}{% endif %} in ('{{ column['values'] | join("', '") }}')
    {%- endfor -%}
{%- endmacro %}

{# The staged column that holds the text as delivered. #}
{% macro delivered_name(table, name) -%}
    {%- for column in layout_columns(table) if column.name == name -%}
        {{ name }}{{ '_delivered' if column.keep_delivered }}
    {%- endfor -%}
{%- endmacro %}
