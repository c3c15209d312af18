with

stages as (

    select * from {{ source('hubspot', 'deal_pipeline_stage') }}

),

renamed as (

    select
        id_prefix || pipeline_id as pipeline,
        stage_id as stage,
        coalesce(display_order, '0') as position,
        closed_won as is_won,
        case
            when {{ read_as('bool', 'closed_won') }} then 'false'
            else coalesce(is_closed, 'false')
        end as is_lost,
        probability as win_probability
    from stages

)

select {{ told_columns('deal_stages', 'hubspot') }}
from renamed
