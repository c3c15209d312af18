{{ config(enabled=connectors_of('refunds') | length > 0) }}

with

typed as (

    {{ typed_told('refunds') }}

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
