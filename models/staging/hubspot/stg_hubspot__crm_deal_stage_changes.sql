with

merged as (

    select distinct id_prefix || merged_deal_id as deal_id
    from {{ source('hubspot', 'merged_deal') }}

),

told as (

    select
        id_prefix || deal_id as deal_id,
        value as stage,
        cast(null as varchar) as amount,
        date_entered as changed_at,
        _fivetran_synced
    from {{ source('hubspot', 'deal_stage') }}

    union all

    select
        id_prefix || deal_id as deal_id,
        cast(null as varchar) as stage,
        {{ as_amount('value') }} as amount,
        timestamp as changed_at,
        _fivetran_synced
    from {{ source('hubspot', 'deal_property_history') }}
    where name = 'amount'

),

timed as (

    select
        *,
        coalesce(cast({{ time_or_null('changed_at') }} as varchar), changed_at) as changed
    from told

),

-- An amount is given in the stage that the deal is in: the latest, or its first one.
placed as (

    select
        *,
        coalesce(
            stage,
            last_value(stage ignore nulls) over (
                partition by deal_id
                order by {{ time_or_null('changed_at') }}, stage nulls last
                rows between unbounded preceding and current row
            ),
            first_value(stage ignore nulls) over (
                partition by deal_id
                order by {{ time_or_null('changed_at') }}, stage nulls last
                rows between unbounded preceding and unbounded following
            )
        ) as known_stage,
        -- Of an instant in which both changed the row of the stage tells the amount, too: the
        -- one that was loaded last.
        first_value(amount ignore nulls) over (
            partition by deal_id, changed
            order by {{ time_or_null('_fivetran_synced') }} desc nulls last, amount desc
            rows between unbounded preceding and unbounded following
        ) as amount_then,
        count(stage) over (partition by deal_id, changed) as stage_count
    from timed

),

renamed as (

    select
        (stage is null and stage_count > 0)
        or deal_id in (select merged.deal_id from merged) as is_replaced,
        deal_id,
        known_stage as stage,
        {{ as_time('changed_at') }} as changed_at,
        case when stage is null then amount else amount_then end as amount,
        {{ as_time('_fivetran_synced') }} as loaded_at,
        {{ not_told(['recorded_at']) }}
    from placed
    -- An amount at a time that cannot be read stands in its stage's row alone.
    where
        stage is not null
        or stage_count = 0
        or {{ time_or_null('changed_at') }} is not null

)

select {{ told_columns('crm_deal_stage_changes', 'hubspot') }}
from renamed
