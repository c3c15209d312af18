{{ config(enabled=connectors_of('crm_deal_stage_changes') | length > 0) }}

with

typed as (

    {{ typed_told('crm_deal_stage_changes') }}

),

known as (

    select
        *,
        greatest(coalesce(recorded_at, changed_at), loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        case
            when is_replaced and first_issue is null then 'superseded'
            else {{ standing(
                'crm_deal_stage_changes', within=['connector', 'is_replaced'], newest='synced_at'
            ) }}
        end as standing
    from known
    where {{ is_known('known_at') }}

)

select
    {{ growing_columns(
        'crm_deal_stage_changes', connector='connector', part='cast(null as varchar)'
    ) }},
    {{ run_number() }} as settled_run
from ranked
