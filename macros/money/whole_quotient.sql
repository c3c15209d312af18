{# The quotient of whole numbers of which the second divides the first. #}
{% macro whole_quotient(dividend, divisor) %}
    {{- adapter.dispatch('whole_quotient')(dividend, divisor) -}}
{% endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    ({{ dividend }}) // ({{ divisor }})
{%- endmacro %}
