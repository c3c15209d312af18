{#
    An exact amount in the reporting currency, rounded once to cents, half away from zero:
    amount × rate_multiplier ÷ rate_divisor, and × part ÷ whole where only a share counts.
    0 needs no rate; without one the result is null.
#}
{% macro to_cents(amount, part=none, whole=none) -%}
    case
        when {{ amount }} is null or {{ amount }} = 0 {% if part %} or {{ part }} = 0 {% endif -%}
            then 0
        when rate_divisor = 1 {%- if part %} and {{ part }} = {{ whole }} {%- endif %}
            then cast(cast({{ amount }} as decimal(38, 12)) * rate_multiplier as decimal(18, 2))
        else {{ exact_cents(
            [amount, 'rate_multiplier'] + ([part] if part else []),
            ['rate_divisor'] + ([whole] if part else []),
        ) }}
    end
{%- endmacro %}
