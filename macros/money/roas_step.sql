{# What one step of a walk from a ROAS to another adds; null where either end has none. #}
{% macro roas_step(after, before) -%}
    cast(case when has_both_roas then {{ after }} - {{ before }} end as decimal(24, 6))
{%- endmacro %}
