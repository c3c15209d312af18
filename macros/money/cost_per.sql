{# Spend per counted thing; null where nothing was spent or counted. #}
{% macro cost_per(spend, things) -%}
    case when {{ spend }} > 0 then {{ ratio(spend, things) }} end
{%- endmacro %}
