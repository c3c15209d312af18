{#
    The quantile of a gamma distribution with mean abs(expected_gain) and nine times its shape
    in nine_shapes, by Wilson and Hilferty (1931): the cube root of such a number is nearly
    normal. `z` is the quantile of the standard distribution.
#}
{% macro gamma_quantile(z) -%}
    abs(expected_gain) * coalesce(
        power(greatest(1 - 1 / nullif(nine_shapes, 0) + {{ z }} / sqrt(nullif(nine_shapes, 0)), 0), 3), 1
    )
{%- endmacro %}
