{# The rate of a row as rate_multiplier and rate_divisor (the inverse pair divides), from a
   left join of int_exchange_rates; both null where there is none. #}
{% macro exchange_rate(currency_code, rates='exchange_rates', prefix='') -%}
    case
        when {{ currency_code }} = '{{ setting('reporting_currency') }}' then 1
        else {{ rates }}.rate_multiplier
    end as {{ prefix }}rate_multiplier,
    case
        when {{ currency_code }} = '{{ setting('reporting_currency') }}' then 1
        else {{ rates }}.rate_divisor
    end as {{ prefix }}rate_divisor
{%- endmacro %}
