{# A decimal as a whole number of its `scale`-th decimal places: 1.5 at scale 2 is 150. By
   way of its digits, for a product by a power of ten outgrows 38 of them. #}
{% macro whole_number(amount, scale) %}
    {{- adapter.dispatch('whole_number')(amount, scale) -}}
{% endmacro %}

{% macro duckdb__whole_number(amount, scale) -%}
    cast(replace(cast(cast({{ amount }} as decimal(38, {{ scale }})) as varchar), '.', '') as hugeint)
{%- endmacro %}
