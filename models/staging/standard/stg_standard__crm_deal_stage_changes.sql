with

delivered as (

    select {{ delivered_columns('crm_deal_stage_changes') }}
    from {{ source('raw', 'crm_deal_stage_changes') }}

),

typed as (

    select {{ typed_columns('crm_deal_stage_changes') }}
    from delivered

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
        {{ standing('crm_deal_stage_changes') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('crm_deal_stage_changes') }}
from ranked
