with

delivered as (

    select {{ delivered_columns('crm_deals') }}
    from {{ source('raw', 'crm_deals') }}

),

typed as (

    select {{ typed_columns('crm_deals') }}
    from delivered

),

known as (

    select
        *,
        greatest(created_at, loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('crm_deals') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('crm_deals') }}
from ranked
