{# True for an amount that is 10^15 or more, before or after conversion: more than a money
   column can add up. Null where there is no rate. #}
{% macro is_out_of_range(amount) -%}
    abs(cast({{ amount }} as double)) * greatest(rate_multiplier / rate_divisor, 1) >= 1e15
{%- endmacro %}
