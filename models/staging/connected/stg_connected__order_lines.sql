{{ config(enabled=connectors_of('order_lines') | length > 0) }}

with

typed as (

    {{ typed_told('order_lines') }}

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
        {{ standing('order_lines', within=['connector'], newest='synced_at') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select
    {{ growing_columns('order_lines', connector='connector', part='cast(null as varchar)') }},
    {{ run_number() }} as settled_run
from ranked
