{# A decimal times a power of ten as a whole number wide enough for products of amounts. #}
{% macro whole_number(amount, times) %}
    {{- adapter.dispatch('whole_number')(amount, times) -}}
{% endmacro %}

{% macro duckdb__whole_number(amount, times) -%}
    cast(coalesce({{ amount }}, 0) * {{ times }} as hugeint)
{%- endmacro %}
