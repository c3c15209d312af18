{# A growing table of which the latest row of a key counts: what its staging model selects. #}
{% macro restated_rows(table, known_at, is_incremental) %}
with

delivered as (

    select
        {{ delivered_columns(table) }},
        delivered_part
    from {{ source('raw', table) }}
    {{ of_unread_parts(table, is_incremental) }}

),

typed as (

    select
        {{ typed_columns(table) }},
        delivered_part
    from delivered

),

known as (

    select
        *,
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        {{ known_at }} as known_at
    from typed

),

told as (

    select
        {{ staged_columns(table) }},
        delivered_text,
        {{ hash_of(layout_key(table)) }} as row_key_hash,
        delivered_part
    from known
    where {{ is_known('known_at') }}

),

repeated as (

    {{ repeated_keys('told', is_incremental) }}

),

ranked as (

    select
        * exclude (delivery_rank) replace (
            case
                when standing = 'in_force' and delivery_rank > 1 then 'superseded' else standing
            end as standing
        )
    from (
        select
            *,
            row_number() over (
                partition by standing, {{ layout_key(table) | join(', ') }}
                order by loaded_at desc nulls last, delivered_text desc
            ) as delivery_rank
        from ({{ rivals('told', is_incremental) }}) as rivals
    )

)

{{ settled('told', 'ranked') }}
{% endmacro %}
