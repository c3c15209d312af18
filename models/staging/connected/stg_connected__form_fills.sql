{{ config(enabled=connectors_of('form_fills') | length > 0) }}

with

typed as (

    {{ typed_told('form_fills') }}

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
        case
            when is_replaced and first_issue is null then 'superseded'
            else {{ standing(
                'form_fills', within=['connector', 'is_replaced'], newest='synced_at'
            ) }}
        end as standing
    from known
    where {{ is_known('known_at') }}

)

select
    {{ growing_columns('form_fills', connector='connector', part='cast(null as varchar)') }},
    {{ run_number() }} as settled_run
from ranked
