{# One row per connector, pipeline and stage that deals name and deal_stages lacks. #}
with

deals as (

    select * from staged.crm_deals where standing = 'in_force'

),

named as (

    select
        connector,
        pipeline,
        stage,
        deal_id,
        true as is_deal
    from deals
    where stage is not null

    union all

    select
        changes.connector,
        deals.pipeline,
        changes.stage,
        changes.deal_id,
        false as is_deal
    from staged.crm_deal_stage_changes as changes
    inner join deals on changes.deal_id = deals.deal_id
    where changes.standing = 'in_force'

)

select
    connector,
    shown(pipeline) as pipeline,
    shown(stage) as stage,
    count(distinct deal_id) as deal_count,
    count(*) filter (is_deal) as deal_row_count,
    count(*) filter (not is_deal) as change_row_count
from named
where not exists (
    select 1
    from staged.deal_stages
    where
        deal_stages.standing = 'in_force'
        and deal_stages.stage = named.stage
        and coalesce(deal_stages.pipeline = named.pipeline, deal_stages.pipeline is null)
)
group by connector, pipeline, stage
order by deal_count desc, connector, pipeline, stage
