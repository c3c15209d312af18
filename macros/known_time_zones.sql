{# The IANA time zones that the engine knows, one per row; its private short names (BST as
   Bangladesh) are left out. #}
{% macro known_time_zones() %}{{ adapter.dispatch('known_time_zones')() }}{% endmacro %}

{% macro duckdb__known_time_zones() -%}
    select name as time_zone
    from pg_timezone_names()
    where
        name not like 'SystemV/%'
        and (
            not regexp_full_match(name, '[A-Z]{3}')
            or name in (
                'CET', 'EET', 'EST', 'GMT', 'HST', 'MET', 'MST', 'PRC', 'ROC', 'ROK', 'UCT',
                'UTC', 'WET'
            )
        )
{%- endmacro %}
