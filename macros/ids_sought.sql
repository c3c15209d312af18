{# The click IDs or the visitors that conversions name, of int_ids_sought, which `ids` is or
   holds. With `after`, the column by which this model knows its runs, only those that it
   has not looked for. #}
{% macro ids_sought(ids, kind, after=none) %}
    select sought.id_value
    from {{ ids }} as sought
    where
        sought.id_kind = '{{ kind }}'
        {{ 'and sought.sought_run > (select coalesce(max(' ~ after ~ '), 0) from ' ~ this ~ ')'
            if after }}
{% endmacro %}
