with

deals as (

    select
        id_prefix || deal_id as deal_id,
        max(deal_pipeline_stage_id) as stage
    from {{ source('hubspot', 'deal') }}
    group by id_prefix || deal_id

),

merged_deals as (

    select * from {{ ref('stg_hubspot__merged_deals') }}

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
        -- A cleared amount is none; a blank one would be what it was before.
        coalesce({{ as_amount('value') }}, '0') as amount,
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
        -- Without any stage recorded the deal's own row tells stage and amount.
        (placed.stage is null and placed.stage_count > 0)
        or placed.known_stage is null
        or placed.deal_id in (select merged_deals.deal_id from merged_deals) as is_replaced,
        placed.deal_id,
        coalesce(placed.known_stage, deals.stage, 'unknown') as stage,
        {{ as_time('placed.changed_at') }} as changed_at,
        case when placed.stage is null then placed.amount else placed.amount_then end as amount,
        {{ synced_at('placed._fivetran_synced') }},
        {{ not_told(['recorded_at']) }}
    from placed
    left join deals on placed.deal_id = deals.deal_id
    -- An amount at a time that cannot be read stands in its stage's row alone.
    where
        placed.stage is not null
        or placed.stage_count = 0
        or {{ time_or_null('placed.changed_at') }} is not null

)

select {{ told_columns('crm_deal_stage_changes', 'hubspot') }}
from renamed
