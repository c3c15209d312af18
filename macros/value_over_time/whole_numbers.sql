{# 0, 1, 2 and so on up to `last`, one row each. #}
{% macro whole_numbers(last) -%}
    select number
    from (values {% for number in range(last + 1) %}({{ number }}){{ ', ' if not loop.last }}{% endfor %})
        as numbers (number)
{%- endmacro %}
