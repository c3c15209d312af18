{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

with

delivered as (

    select
        {{ delivered_columns('ad_spend') }},
        delivered_part
    from {{ source('raw', 'ad_spend') }}
    where {{ of_unread_parts('ad_spend') if is_incremental() else 'true' }}

),

typed as (

    select
        {{ typed_columns('ad_spend') }},
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
        {{ staged_columns('ad_spend') }},
        delivered_text,
        {{ hash_of(layout_key('ad_spend')) }} as row_key_hash,
        delivered_part
    from known
    where {{ is_known('known_at') }}

),

repeated as (

    {{ repeated_keys('told', is_incremental()) }}

),

rivals as (

    {{ rivals('told', is_incremental()) }}

),

ranked as (

    select
        * replace (
            {{ standing('ad_spend', fault='own_issue') }} as standing
        )
    from rivals

)

{{ settled('told', 'ranked') }}
