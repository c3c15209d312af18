{{ config(enabled=connectors_of('crm_deals') | length > 0) }}

with

told as (

    {{ union_told('crm_deals') }}

),

delivered as (

    select
        connector,
        is_replaced,
        synced_at,
        {{ delivered_columns('crm_deals', native=false) }}
    from told

),

typed as (

    select
        connector,
        is_replaced,
        {{ time_or_null('synced_at') }} as synced_at,
        {{ typed_columns('crm_deals', native=false) }}
    from delivered

),

known as (

    select
        *,
        greatest(created_at, loaded_at) as known_at
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
