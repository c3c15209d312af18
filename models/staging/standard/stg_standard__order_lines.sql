with

delivered as (

    select {{ delivered_columns('order_lines') }}
    from {{ source('raw', 'order_lines') }}

),

typed as (

    select {{ typed_columns('order_lines') }}
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
        {{ standing('order_lines') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('order_lines') }}
from ranked
