with

delivered as (

    select {{ delivered_columns('campaigns') }}
    from {{ source('raw', 'campaigns') }}

),

typed as (

    select {{ typed_columns('campaigns') }}
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
        {{ standing('campaigns') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('campaigns') }}
from ranked
