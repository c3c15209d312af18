{# Schemas are called staging, intermediate, marts, exports and reference in every target:
   BI tools and this project's own docs name them so. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
