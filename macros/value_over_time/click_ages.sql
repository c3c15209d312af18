{# The ages, in days after the click's day, at which value is looked at; each with its place. #}
{% macro click_ages() -%}
    select
        step,
        age_days
    from (values
        {%- for days in [0, 1, 3, 7, 14, 30, 45, 60, 90, 120, 180, 270, 365] %}
        ({{ loop.index0 }}, {{ days }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as ages (step, age_days)
{%- endmacro %}
