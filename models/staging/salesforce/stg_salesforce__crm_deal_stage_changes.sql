with

history as (

    select * from {{ source('salesforce', 'opportunity_history') }}

),

-- Rows of the object name their opportunity; versions that history mode keeps are of it.
numbered as (

    select
        *,
        coalesce(opportunity_id, id) as deal_id,
        row_number() over (
            partition by coalesce(opportunity_id, id)
            order by {{ time_or_null('_fivetran_start') }}
        ) as version
    from history
    where opportunity_id is null or not coalesce({{ read_as('bool', 'is_deleted') }}, false)

),

-- The first version of a deal may be years younger than the deal, which was in its stage
-- since it was closed, or created.
dated as (

    select
        *,
        case
            when opportunity_id is not null then created_date
            when version > 1 then _fivetran_start
            when {{ read_as('bool', 'is_closed') }}
                then {{ earlier_of('_fivetran_start', not_before('close_date', 'created_date')) }}
            else coalesce(created_date, _fivetran_start)
        end as changed_at
    from numbered

),

shaped as (

    select
        deal_id,
        stage_name as stage,
        {{ as_amount('amount') }} as amount,
        {{ as_time('changed_at') }} as changed_at,
        _fivetran_synced
    from dated

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
