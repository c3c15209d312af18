{# The text that shows a problem, for the waist and right of it: null in columns of addresses
   and numbers, and where it may name a person (see without_erased). #}
{% macro audited_value(column_name, raw_value, erased_ids) -%}
    case
        when {{ column_name }} in ('email', 'phone') then null
        else {{ without_erased(raw_value, erased_ids) }}
    end
{%- endmacro %}
