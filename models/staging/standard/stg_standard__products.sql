with

delivered as (

    select {{ delivered_columns('products') }}
    from {{ source('raw', 'products') }}

),

typed as (

    select {{ typed_columns('products') }}
    from delivered

),

known as (

    select
        *,
        cast(null as timestamp) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('products') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('products') }}
from ranked
