{# An estimate as money: cents, and never more than a money column can hold. #}
{% macro estimated_money(amount) -%}
    case
        when {{ amount }} is not null
            then cast(round(least(greatest({{ amount }}, -9e15), 9e15), 2) as decimal(18, 2))
    end
{%- endmacro %}
