with

delivered as (

    select {{ delivered_columns('form_fills') }}
    from {{ source('raw', 'form_fills') }}

),

typed as (

    select {{ typed_columns('form_fills') }}
    from delivered

),

known as (

    select
        *,
        greatest(submitted_at, loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('form_fills') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('form_fills') }}
from ranked
