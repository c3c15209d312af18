{# Rows of a table that the loader may keep in history mode: all versions of a record, the
   present one active. `is_replaced`: a later version stands for this one. `is_gone`: the
   record was deleted, softly, or so that none of its versions is active. #}
{% macro versions_in_history(relation) %}
    select
        *,
        not is_active and version > 1 as is_replaced,
        not is_active or coalesce({{ read_as('bool', 'is_deleted') }}, false) as is_gone
    from (
        select
            *,
            row_number() over (
                partition by id
                order by
                    is_active desc,
                    {{ time_or_null('_fivetran_start') }} desc nulls last,
                    {{ time_or_null('_fivetran_synced') }} desc nulls last
            ) as version
        from (
            select
                *,
                coalesce({{ read_as('bool', '_fivetran_active') }}, true) as is_active
            from {{ relation }}
        ) as delivered
    ) as versions
{% endmacro %}
