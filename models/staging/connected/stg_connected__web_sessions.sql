{{ config(enabled=connectors_of('web_sessions') | length > 0) }}

with

typed as (

    {{ typed_told('web_sessions') }}

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
        case
            when is_replaced and first_issue is null then 'superseded'
            else {{ standing(
                'web_sessions', within=['connector', 'is_replaced'], newest='synced_at'
            ) }}
        end as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('web_sessions', connector='connector') }}
from ranked
