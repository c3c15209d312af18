{{ config(enabled=connectors_of('campaigns') | length > 0) }}

with

told as (

    {{ union_told('campaigns') }}

),

delivered as (

    select
        connector,
        synced_at,
        {{ delivered_columns('campaigns', native=false) }}
    from told

),

typed as (

    select
        connector,
        {{ time_or_null('synced_at') }} as synced_at,
        {{ typed_columns('campaigns', native=false) }}
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
        {{ standing('campaigns', within=['connector'], newest='synced_at') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('campaigns', connector='connector') }}
from ranked
