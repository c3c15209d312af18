{{ config(enabled=connectors_of('orders') | length > 0) }}

with

typed as (

    {{ typed_told('orders') }}

),

known as (

    select
        *,
        greatest(ordered_at, loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('orders', within=['connector'], newest='synced_at') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select
    {{ growing_columns('orders', connector='connector', part='cast(null as varchar)') }},
    {{ run_number() }} as settled_run
from ranked
