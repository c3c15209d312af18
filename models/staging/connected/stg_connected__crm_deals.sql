{{ config(enabled=connectors_of('crm_deals') | length > 0) }}

with

typed as (

    {{ typed_told('crm_deals') }}

),

-- A deal is known from its creation on, its deletion from when the loader wrote it.
known as (

    select
        * replace (
            case when is_deleted then {{ is_known('loaded_at') }} else is_deleted end as is_deleted
        ),
        {{ 'greatest(created_at, loaded_at)' if setting('trust_sync_times') == 'true'
            else 'created_at' }} as known_at
    from typed

),

ranked as (

    select
        *,
        case
            when is_replaced and first_issue is null then 'superseded'
            else {{ standing(
                'crm_deals', within=['connector', 'is_replaced'], newest='synced_at'
            ) }}
        end as standing
    from known
    where {{ is_known('known_at') }}

)

select
    {{ growing_columns('crm_deals', connector='connector', part='cast(null as varchar)') }},
    {{ run_number() }} as settled_run
from ranked
