with

history as (

    select * from {{ source('salesforce', 'opportunity_history') }}

),

-- Rows of the object name their opportunity; versions that history mode keeps are of it.
shaped as (

    select
        coalesce(opportunity_id, id) as deal_id,
        stage_name as stage,
        {{ as_amount('amount') }} as amount,
        {{ as_time('case when opportunity_id is null then _fivetran_start else created_date end') }}
            as changed_at,
        _fivetran_synced
    from history
    where opportunity_id is null or not coalesce({{ read_as('bool', 'is_deleted') }}, false)

),

lagged as (

    select
        *,
        lag(stage) over (
            partition by deal_id
            order by {{ time_or_null('changed_at') }}, stage, amount
        ) as stage_before,
        lag(amount) over (
            partition by deal_id
            order by {{ time_or_null('changed_at') }}, stage, amount
        ) as amount_before
    from shaped

),

renamed as (

    select
        coalesce(stage = stage_before and coalesce(amount, '') = coalesce(amount_before, ''), false)
            as is_replaced,
        deal_id,
        stage,
        changed_at,
        -- A cleared amount is none; a blank one would be what it was before.
        coalesce(amount, case when amount_before is not null then '0' end) as amount,
        {{ synced_at('_fivetran_synced') }},
        {{ not_told(['recorded_at']) }}
    from lagged

)

select {{ told_columns('crm_deal_stage_changes', 'salesforce') }}
from renamed
