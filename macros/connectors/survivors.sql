{# Which record stands for one that was merged away, also where that was merged in its turn.
   `pairs` is the caller's CTE of (merged_id, surviving_id). #}
{% macro survivors(pairs) %}
    with recursive chains as (

        select
            merged_id,
            surviving_id
        from {{ pairs }}
        where merged_id <> surviving_id

        union

        select
            chains.merged_id,
            pairs.surviving_id
        from chains
        inner join {{ pairs }} as pairs on chains.surviving_id = pairs.merged_id
        where pairs.merged_id <> pairs.surviving_id

    )

    select
        merged_id,
        min(surviving_id) as surviving_id
    from chains
    where surviving_id not in (
        select pairs.merged_id
        from {{ pairs }} as pairs
        where pairs.merged_id is not null and pairs.merged_id <> pairs.surviving_id
    )
    group by merged_id
{% endmacro %}
