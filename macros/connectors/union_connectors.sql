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

{# The raw rows of a table from both shapes of a product that are in use: its GraphQL API has
   another shape than its REST API, which its source YAML puts into the same columns. #}
{% macro union_shapes(product, table) %}
    {%- for connector in connectors_in_use() if connector in [product, product ~ '_gql'] %}
    select
        '{{ connector }}' as connector,
        *
    from {{ source(connector, table) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
