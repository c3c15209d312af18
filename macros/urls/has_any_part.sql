{# Whether one of the parts of a text between slashes is an id_value of the CTE `erased_ids`. #}
{% macro has_any_part(text, erased_ids) %}
    {{- adapter.dispatch('has_any_part')(text, erased_ids) -}}
{% endmacro %}

{% macro duckdb__has_any_part(text, erased_ids) -%}
    coalesce(
        list_has_any(
            string_split({{ text }}, '/'),
            (select list(erased.id_value) from {{ erased_ids }} as erased)
        ),
        false
    )
{%- endmacro %}
