{# True for a click that a conversion seems to name by its click_id or its visitor_id: `kind`
   says which, whose hash another one may share. `ids` is int_ids_sought. With `after`, the
   column by which this model knows its runs, only names that it has not looked for. #}
{% macro is_sought(kind, ids, after=none) %}
    {{- kind }}_hash in (
        select {{ hash_of(['sought.id_value']) }}
        from {{ ids }} as sought
        where
            sought.id_kind = '{{ kind }}'
            {{ 'and sought.sought_run > ' ~ newest_run(after) if after }}
    )
{%- endmacro %}
