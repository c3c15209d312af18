{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

with

delivered as (

    select
        {{ delivered_columns('orders') }},
        delivered_part
    from {{ source('raw', 'orders') }}
    where {{ of_unread_parts('orders') if is_incremental() else 'true' }}

),

typed as (

    select
        {{ typed_columns('orders') }},
        delivered_part
    from delivered

),

known as (

    select
        *,
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        greatest(ordered_at, loaded_at) as known_at
    from typed

),

told as (

    select {{ growing_columns('orders') }}
    from known
    where {{ is_known('known_at') }}

),

settled as (

    {{ settled('orders', 'told', is_incremental()) }}

)

select * from settled
