{# The join of two relations on one cohort of clicks: a line, a platform and a click month. #}
{% macro same_cohort(left, right) -%}
    {{ left }}.business_line = {{ right }}.business_line
        and {{ left }}.platform = {{ right }}.platform
        and {{ left }}.month_start_date = {{ right }}.month_start_date
{%- endmacro %}
