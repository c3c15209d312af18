with

delivered as (

    select {{ delivered_columns('ad_accounts') }}
    from {{ source('raw', 'ad_accounts') }}

),

typed as (

    select {{ typed_columns('ad_accounts') }}
    from delivered

),

known as (

    select
        *,
        loaded_at as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('ad_accounts') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('ad_accounts') }}
from ranked
