with

delivered as (

    select {{ delivered_columns('refunds') }}
    from {{ source('raw', 'refunds') }}

),

typed as (

    select {{ typed_columns('refunds') }}
    from delivered

),

known as (

    select
        *,
        greatest(refunded_at, loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('refunds') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('refunds') }}
from ranked
