{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

with

delivered as (

    select
        {{ delivered_columns('crm_deals') }},
        delivered_part
    from {{ source('raw', 'crm_deals') }}
    where {{ of_unread_parts('crm_deals') if is_incremental() else 'true' }}

),

typed as (

    select
        {{ typed_columns('crm_deals') }},
        delivered_part
    from delivered

),

known as (

    select
        *,
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        greatest(created_at, loaded_at) as known_at
    from typed

),

told as (

    select {{ growing_columns('crm_deals') }}
    from known
    where {{ is_known('known_at') }}

),

settled as (

    {{ settled('crm_deals', 'told', is_incremental()) }}

)

select * from settled
