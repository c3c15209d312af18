{# Recent stages are in the list of stages. #}
{% import 'windows.sql' as windows with context %}
with

stages as (

    select distinct trim(stage) as stage from told.deal_stages

),

measured as (

    select
        {{ windows.day_of(event) }} as day,
        trim(delivered.stage) as stage,
        stages.stage is null as is_hit
    from {batch} as delivered
    left join stages on trim(delivered.stage) = stages.stage
    where {{ windows.filled('delivered.stage') }} is not null

),

judged as (

    select
        '{{ table }}: ' || left(stage, 40) as subject,
        count(*) filter (is_hit) as found
    from measured
    where day >= {{ windows.recent_start() }}
    group by stage

)

select
    subject,
    found
from judged
where
    found >= {{ min_rows }}
    and found > {{ max_share }} * (
        select count(*) from measured where day >= {{ windows.recent_start() }}
    )
order by subject
