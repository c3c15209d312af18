{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

with

delivered as (

    select
        {{ delivered_columns('product_spend') }},
        delivered_part
    from {{ source('raw', 'product_spend') }}
    where {{ of_unread_parts('product_spend') if is_incremental() else 'true' }}

),

typed as (

    select
        {{ typed_columns('product_spend') }},
        delivered_part
    from delivered

),

known as (

    select
        *,
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        greatest(cast(spend_date as timestamp), loaded_at) as known_at
    from typed

),

told as (

    select
        {{ growing_columns('product_spend') }},
        1 as delivered_row_count
    from known
    where {{ is_known('known_at') }}

),

settled as (

    {{ settled('product_spend', 'told', is_incremental()) }}

)

select * from settled
