with

stages as (

    select * from {{ source('hubspot', 'deal_pipeline_stage') }}

),

-- A deal that moved to another pipeline was in stages that its own does not have: told for
-- every pipeline, they keep their meaning. No two stages of a portal have one ID.
moved as (

    select distinct
        entered.id_prefix,
        entered.value as stage_id
    from {{ source('hubspot', 'deal_stage') }} as entered
    inner join {{ source('hubspot', 'deal') }} as deals
        on entered.id_prefix = deals.id_prefix and entered.deal_id = deals.deal_id
    left join stages
        on
            deals.id_prefix = stages.id_prefix
            and deals.deal_pipeline_id = stages.pipeline_id
            and entered.value = stages.stage_id
    where stages.stage_id is null

),

told as (

    select
        id_prefix || pipeline_id as pipeline,
        *
    from stages

    union all

    select
        cast(null as varchar) as pipeline,
        stages.*
    from stages
    inner join moved on stages.id_prefix = moved.id_prefix and stages.stage_id = moved.stage_id

),

renamed as (

    select
        pipeline,
        stage_id as stage,
        coalesce(display_order, '0') as position,
        closed_won as is_won,
        case
            when {{ read_as('bool', 'closed_won') }} then 'false'
            else coalesce(is_closed, 'false')
        end as is_lost,
        probability as win_probability
    from told

)

select {{ told_columns('deal_stages', 'hubspot') }}
from renamed
