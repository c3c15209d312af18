{# Weeks after a click week in which its value is followed; what comes later than these two
   years counts as if it had come in the last of them. #}
{% macro last_development_step() %}{{ return(104) }}{% endmacro %}

{# Joins of one segment: a triangle, a line and a platform. #}
{% macro same_segment(left, right) -%}
    {{ left }}.triangle = {{ right }}.triangle
        and {{ left }}.business_line = {{ right }}.business_line
        and {{ left }}.platform = {{ right }}.platform
{%- endmacro %}

{# How many weeks are over after that many days. #}
{% macro whole_weeks(days) -%}
    cast(floor(({{ days }}) / 7.0) as integer)
{%- endmacro %}

{# The step that a week has reached after that many days. #}
{% macro development_step(days) -%}
    least({{ whole_weeks(days) }}, {{ last_development_step() }})
{%- endmacro %}

{# Conversions that a campaign needs before it counts as much as its peers: campaigns of one
   line are taken to differ by half of their mean, and 1 ÷ 0.5² is 4. #}
{% macro prior_conversion_count() %}{{ return(4) }}{% endmacro %}

{# Joins of one cohort of clicks: a line, a platform and a click month. #}
{% macro same_cohort(left, right) -%}
    {{ left }}.business_line = {{ right }}.business_line
        and {{ left }}.platform = {{ right }}.platform
        and {{ left }}.month_start_date = {{ right }}.month_start_date
{%- endmacro %}

{# Conversions from which on a platform is believed on its own; till then its line is. #}
{% macro credible_conversion_count() %}{{ return(100) }}{% endmacro %}
