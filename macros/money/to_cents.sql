{#
    An exact amount in the reporting currency, rounded once to cents, half away from zero:
    amount × rate_multiplier ÷ rate_divisor, and × part ÷ whole where only a share counts.
    0 needs no rate; without one, or out of range, the result is null.
#}
{% macro to_cents(amount, part='1', whole='1') -%}
    case
        when coalesce({{ amount }}, 0) = 0 or {{ part }} = 0 then 0
        when {{ is_out_of_range(amount) }} then null
        when rate_divisor = 1 and {{ part }} = {{ whole }}
            then cast(cast({{ amount }} as decimal(38, 12)) * rate_multiplier as decimal(18, 2))
        else {{ exact_cents(amount, part, whole) }}
    end
{%- endmacro %}
