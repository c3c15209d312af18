{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

with

delivered as (

    select
        {{ delivered_columns('crm_deal_stage_changes') }},
        delivered_part
    from {{ source('raw', 'crm_deal_stage_changes') }}
    where {{ of_unread_parts('crm_deal_stage_changes') if is_incremental() else 'true' }}

),

typed as (

    select
        {{ typed_columns('crm_deal_stage_changes') }},
        delivered_part
    from delivered

),

known as (

    select
        *,
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        greatest(coalesce(recorded_at, changed_at), loaded_at) as known_at
    from typed

),

told as (

    select {{ growing_columns('crm_deal_stage_changes') }}
    from known
    where {{ is_known('known_at') }}

),

settled as (

    {{ settled('crm_deal_stage_changes', 'told', is_incremental()) }}

)

select * from settled
