with

-- What the standard layout says of a stage goes before what a connector does.
ranked as (

    select
        *,
        row_number() over (
            partition by pipeline, stage
            order by case connector when 'standard' then 1 else 2 end, connector
        ) as choice
    from ({{ union_connectors('deal_stages') }}) as delivered
    where standing = 'in_force'

)

select
    connector,
    pipeline,
    stage,
    position,
    win_probability,
    is_won,
    is_lost
from ranked
where choice = 1
