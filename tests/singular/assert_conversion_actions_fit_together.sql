-- A won deal told by its expected value, or a lead by its revenue of 0, teaches an ad platform
-- nonsense, and two actions of one platform under one name are counted together.
with

actions as (

    select
        actions.*,
        destinations.platform,
        actions.event_type in ('order_placed', 'deal_won') as is_of_sales
    from {{ ref('conversion_actions') }} as actions
    left join {{ ref('export_destinations') }} as destinations
        on actions.destination = destinations.destination

)

select
    destination,
    conversion_name,
    'its destination is none of export_destinations' as fault
from actions
where platform is null

union all

select
    destination,
    conversion_name,
    'expected_value is for what is not decided, revenue and profit for orders and won deals'
        as fault
from actions
where is_of_sales = (value_basis = 'expected_value')

union all

select
    destination,
    conversion_name,
    'a stage goes with deal_stage_changed, and with nothing else' as fault
from actions
where (event_type = 'deal_stage_changed') <> (stage is not null)

union all

select
    min(destination) as destination,
    conversion_name,
    'two destinations tell one platform of it under one name' as fault
from actions
group by platform, conversion_name
having count(*) > 1
