{# x ÷ y; null where y is 0, below, or missing. Counts and money on either side. #}
{% macro ratio(x, y) -%}
    case when {{ y }} > 0 then cast(cast({{ x }} as double) / {{ y }} as decimal(24, 6)) end
{%- endmacro %}

