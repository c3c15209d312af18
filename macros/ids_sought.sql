{# The click IDs or the visitors that conversions name; with `after`, which names the column of
   this model that knows its runs, only those that it has not looked for. #}
{% macro ids_sought(kind, after=none) %}
    select sought.id_value
    from {{ ref('int_ids_sought') }} as sought
    where
        sought.id_kind = '{{ kind }}'
        {{ 'and sought.sought_run > (select coalesce(max(' ~ after ~ '), 0) from ' ~ this ~ ')'
            if after }}
{% endmacro %}
