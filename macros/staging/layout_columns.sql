{# The columns of a standard-layout table in layout order, as its source YAML lists them. What
   connectors tell has no native times: `native` is false. #}
{% macro layout_columns(table, native=true) %}
    {% set columns = [] %}
    {% if execute %}
        {% set layout = layout_table(table) %}
        {% for column in layout.columns %}
            {% set meta = column.get('config', {}).get('meta', {}) %}
            {% do columns.append({
                'name': column.name,
                'form': column.data_type,
                'has_native': (
                    native
                    and column.data_type == 'timestamp'
                    and layout.config.meta.get('grows', false)
                ),
                'required': meta.get('required', false),
                'case': meta.get('case'),
                'reject_negative': meta.get('reject_negative', false),
                'keep_delivered': meta.get('keep_delivered', false),
                'values': meta.get('values', []),
                'personal': meta.get('personal', false),
            }) %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}

{# The key columns of a standard-layout table, in the order of its row_key. #}
{% macro layout_key(table) %}
    {% set keys = [] %}
    {% if execute %}
        {% do keys.extend(layout_table(table).config.meta.key) %}
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

{# One table of the source YAML. dbt leaves the graph of a unit test empty: there the same
   YAML is read from its file, the table's part alone, for the whole takes 10 ms each time. #}
{% macro layout_table(table) %}
    {% if graph.sources is defined %}
        {% for source in graph.sources.values() if source.source_name == 'raw' and source.name == table %}
            {{ return({'config': source.config, 'columns': source.columns.values()}) }}
        {% endfor %}
    {% else %}
        {% set next_table = "chr(10) || '      - name: '" %}
        {% set part = run_query(
            "select split_part(split_part(content, " ~ next_table ~ " || '" ~ table
            ~ "' || chr(10), 2), " ~ next_table ~ ", 1)"
            ~ " from read_text('models/staging/standard/_sources.yml')"
        ).rows[0][0] %}
        {{ return(fromyaml(part)) }}
    {% endif %}
{% endmacro %}
