{{ config(enabled=connectors_of('campaigns') | length > 0) }}

with

typed as (

    {{ typed_told('campaigns') }}

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
