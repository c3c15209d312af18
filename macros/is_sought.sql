{# True for a click that a conversion seems to name, by the hashes of its ID and its visitor:
   another one may share them. `ids` is int_ids_sought. With `after`, the column by which this
   model knows its runs, only names that it has not looked for. #}
{% macro is_sought(ids, after=none) %}
    {%- for kind in ['click_id', 'visitor_id'] %}
        {{- ' or ' if not loop.first }}{{ kind }}_hash in (
            select {{ hash_of(['sought.id_value']) }}
            from {{ ids }} as sought
            where
                sought.id_kind = '{{ kind }}'
                {{ 'and sought.sought_run > (select coalesce(max(' ~ after ~ '), 0) from ' ~ this ~ ')'
                    if after }}
        )
    {%- endfor %}
{% endmacro %}
