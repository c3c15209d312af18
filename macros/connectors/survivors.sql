{# Which record stands for one that was merged away, also where that was merged in its turn.
   `merges` is the caller's CTE of (merged_id, surviving_id). #}
{% macro survivors(merges) %}
    with recursive chains as (

        select
            merged_id,
            surviving_id
        from {{ merges }}
        where merged_id <> surviving_id

        union

        select
            chains.merged_id,
            merges.surviving_id
        from chains
        inner join {{ merges }} as merges on chains.surviving_id = merges.merged_id
        where merges.merged_id <> merges.surviving_id

    )

    select
        merged_id,
        min(surviving_id) as surviving_id
    from chains
    where surviving_id not in (select merges.merged_id from {{ merges }} as merges)
    group by merged_id
{% endmacro %}
