{{ config(enabled=connectors_of('refunds') | length > 0) }}

with

told as (

    {{ union_told('refunds') }}

),

delivered as (

    select
        connector,
        synced_at,
        {{ delivered_columns('refunds', native=false) }}
    from told

),

typed as (

    select
        connector,
        {{ time_or_null('synced_at') }} as synced_at,
        {{ typed_columns('refunds', native=false) }}
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
        {{ standing('refunds', within=['connector'], newest='synced_at') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('refunds', connector='connector') }}
from ranked
