{{ config(enabled=connectors_of('ad_accounts') | length > 0) }}

with

typed as (

    {{ typed_told('ad_accounts') }}

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
