{# The staging rows of an entity from every connector in use. Its refs are hidden from the
   model's own text, which no other macro may do: a connector is then added by naming it. #}
{% macro union_connectors(entity) %}
    {%- for connector in setting('connectors').split(',') %}
    select *
    from {{ ref('stg_' ~ connector | trim ~ '__' ~ entity) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# The connectors in use, one row each. #}
{% macro connectors_in_use() %}
    {%- for connector in setting('connectors').split(',') %}
    select '{{ connector | trim }}' as connector
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
