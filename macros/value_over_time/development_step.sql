{# The step that a week has reached after that many days: whole weeks, up to the last. #}
{% macro development_step(days) -%}
    least({{ whole_weeks(days) }}, {{ last_development_step() }})
{%- endmacro %}

{# Weeks after a click week in which its value is followed; what comes later than these two
   years counts as if it had come in the last of them. #}
{% macro last_development_step() %}{{ return(104) }}{% endmacro %}

{# How many weeks are over after that many days. #}
{% macro whole_weeks(days) -%}
    cast(floor(({{ days }}) / 7.0) as integer)
{%- endmacro %}
