{{ config(enabled=connectors_of('ad_accounts') | length > 0) }}

with

told as (

    {{ union_told('ad_accounts') }}

),

delivered as (

    select
        connector,
        synced_at,
        {{ delivered_columns('ad_accounts', native=false) }}
    from told

),

typed as (

    select
        connector,
        {{ time_or_null('synced_at') }} as synced_at,
        {{ typed_columns('ad_accounts', native=false) }}
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
        {{ standing('ad_accounts', within=['connector'], newest='synced_at') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('ad_accounts', connector='connector') }}
from ranked
