{#
    amount × rate_multiplier ÷ rate_divisor, × part ÷ whole, rounded once to cents, half away
    from zero. A quotient of decimals is a double on most engines, and a double near half a
    cent rounds either way; whole numbers do not. The share is divided first and its
    remainder carried on, which keeps products below 38 digits; amounts of many millions
    with twelve decimals outgrow them all the same, and only those are divided as doubles.
#}
{% macro exact_cents(amount, part, whole) %}
    {{- adapter.dispatch('exact_cents')(amount, part, whole) -}}
{% endmacro %}

{% macro duckdb__exact_cents(amount, part, whole) -%}
    {%- set a = 'abs(' ~ whole_number(amount, 12) ~ ')' -%}
    {%- set p = 'abs(' ~ whole_number(part, 12) ~ ')' -%}
    {%- set w = 'abs(' ~ whole_number(whole, 12) ~ ')' -%}
    {%- set common = 'gcd(' ~ p ~ ', ' ~ w ~ ')' -%}
    {%- set top = '(' ~ a ~ ' * (' ~ p ~ ' // ' ~ common ~ '))' -%}
    {%- set bottom = '(' ~ w ~ ' // ' ~ common ~ ')' -%}
    {%- set multiplier = whole_number('rate_multiplier', 10) -%}
    {%- set divisor = '(' ~ whole_number('rate_divisor', 10) ~ ' * 10000000000)' -%}
    coalesce(
        try(cast(
        cast(
            sign({{ amount }}) * sign({{ part }}) * sign({{ whole }}) * (
                (
                    2 * (
                        ({{ top }} // {{ bottom }}) * {{ multiplier }}
                        + ({{ top }} % {{ bottom }}) * {{ multiplier }} // {{ bottom }}
                    ) + {{ divisor }}
                ) // (2 * {{ divisor }})
            ) as decimal(38, 0)
        ) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    )),
        cast(
            cast({{ amount }} as double) * {{ part }} / {{ whole }}
            * rate_multiplier / rate_divisor as decimal(18, 2)
        )
    )
{%- endmacro %}
