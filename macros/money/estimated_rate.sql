{# An estimated share or ratio with six decimals, never larger than its column can hold. #}
{% macro estimated_rate(share) -%}
    case
        when {{ share }} is not null
            then cast(round(least(greatest({{ share }}, -1e12), 1e12), 6) as decimal(24, 6))
    end
{%- endmacro %}
