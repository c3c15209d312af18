{#
    The product of decimals over a product of decimals, rounded once to cents, half away
    from zero. A quotient of decimals is a double on most engines, and a double near half a
    cent rounds either way; whole numbers do not. Each factor is an integer over a power of
    ten in lowest terms, which keeps the products small.
#}
{% macro exact_cents(numerators, denominators) %}
    {{- adapter.dispatch('exact_cents')(numerators, denominators) -}}
{% endmacro %}

{% macro duckdb__exact_cents(numerators, denominators) -%}
    {%- set top = [] -%}
    {%- set bottom = [] -%}
    {%- for factors, over, under in [(numerators, top, bottom), (denominators, bottom, top)] -%}
        {%- for factor in factors -%}
            {%- set whole = 'cast(cast(' ~ factor ~ ' as decimal(38, 12)) * 1000000000000 as hugeint)' -%}
            {%- set common = 'gcd(' ~ whole ~ ', 1000000000000)' -%}
            {%- do over.append('(' ~ whole ~ ' // ' ~ common ~ ')') -%}
            {%- do under.append('(1000000000000 // ' ~ common ~ ')') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set numerator = top | join(' * ') -%}
    {%- set denominator = bottom | join(' * ') -%}
    cast(
        cast(
            sign({{ numerator }}) * sign({{ denominator }})
            * (
                (200 * abs({{ numerator }}) + abs({{ denominator }}))
                // (2 * abs({{ denominator }}))
            ) as decimal(38, 0)
        ) * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    )
{%- endmacro %}
