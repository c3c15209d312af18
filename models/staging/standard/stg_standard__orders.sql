with

delivered as (

    select {{ delivered_columns('orders') }}
    from {{ source('raw', 'orders') }}

),

typed as (

    select {{ typed_columns('orders') }}
    from delivered

),

known as (

    select
        *,
        greatest(ordered_at, loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('orders') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('orders') }}
from ranked
