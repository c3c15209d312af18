with

delivered as (

    select {{ delivered_columns('web_sessions') }}
    from {{ source('raw', 'web_sessions') }}

),

typed as (

    select {{ typed_columns('web_sessions') }}
    from delivered

),

known as (

    select
        *,
        greatest(started_at, loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('web_sessions') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('web_sessions') }}
from ranked
