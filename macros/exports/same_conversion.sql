{# The join of two relations on destination, conversion name and conversion. #}
{% macro same_conversion(left, right) -%}
    {{ left }}.destination = {{ right }}.destination
        and {{ left }}.conversion_name = {{ right }}.conversion_name
        and {{ left }}.conversion_type = {{ right }}.conversion_type
        and {{ left }}.conversion_id = {{ right }}.conversion_id
{%- endmacro %}
