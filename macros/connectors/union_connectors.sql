{# The staged rows of a table of the layout from every connector in use. Its refs are hidden
   from the model's own text, which only these macros may do: a connector is then added by
   naming it. #}
{% macro union_connectors(table) %}
    select * from {{ ref('stg_standard__' ~ table) }}
    {%- if connectors_of(table | replace('_brief', '')) %}
    union all
    select * from {{ ref('stg_connected__' ~ table) }}
    {%- endif %}
{% endmacro %}

{# The rows of a table of the layout as its connectors tell them, before they are read. #}
{% macro union_told(table) %}
    {%- for connector in connectors_of(table) | map('replace', '_gql', '') | unique %}
    select * from {{ ref('stg_' ~ connector ~ '__' ~ table) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# Those rows read: the layout's columns as their types, and of what connectors say beside
   them the time of a sync. #}
{% macro typed_told(table) %}
    select
        connector,
        {%- for name in connector_columns(table) %}
        {{ time_or_null(name) ~ ' as ' ~ name if name == 'synced_at' else name }},
        {%- endfor %}
        {{ typed_columns(table, native=false) }}
    from (
        select
            connector,
            {%- for name in connector_columns(table) %}
            {{ name }},
            {%- endfor %}
            {{ delivered_columns(table, native=false) }}
        from ({{ union_told(table) }}) as told
    ) as delivered
{% endmacro %}

{# The raw rows of a table from both shapes of a product that are in use: its GraphQL API has
   another shape than its REST API, which its source YAML puts into the same columns. With
   `key` of each key the row that was delivered last, for what is added up or looked up. #}
{% macro union_shapes(product, table, key=none) %}
    {%- if key %}
    select * exclude (version)
    from (
        select
            *,
            row_number() over (
                partition by connector, {{ key | join(', ') }}
                order by
                    {%- set names = raw_columns(product, table) %}
                    {%- if '_fivetran_synced' in names %}
                    {{ time_or_null('_fivetran_synced') }} desc nulls last,
                    {%- endif %}
                    {{ text_array(names, "''") }} desc
            ) as version
        from ({{ union_shapes(product, table) }}) as delivered
    ) as versions
    where version = 1
    {%- else %}
    {%- for connector in connectors_in_use() if connector in [product, product ~ '_gql'] %}
    select
        '{{ connector }}' as connector,
        *
    from {{ source(connector, table) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
    {%- endif %}
{% endmacro %}

{# The columns of a raw table, quoted, as its source YAML lists them. #}
{% macro raw_columns(connector, table) %}
    {% set names = [] %}
    {% if execute %}
        {% for source in graph.sources.values() if source.source_name == connector and source.name == table %}
            {% do names.extend(source.columns | map('string')) %}
        {% endfor %}
    {% endif %}
    {{ return(names) }}
{% endmacro %}
