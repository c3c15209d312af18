with

sales as (

    select
        actions.destination,
        actions.conversion_name,
        moments.conversion_type,
        moments.conversion_id,
        case actions.value_basis when 'profit' then moments.profit else moments.revenue end
            as value_in_ledger,
        moments.is_sale as is_alive,
        moments.sale_at as event_at,
        moments.known_at
    from {{ ref('conversion_actions') }} as actions
    inner join {{ ref('int_conversion_moments') }} as moments
        on
            actions.event_type = case moments.conversion_type
                when 'order' then 'order_placed'
                else 'deal_won'
            end
    cross join {{ ref('int_judgement') }} as judgement
    where moments.known_at <= judgement.judged_at

),

moments as (

    select * from sales

    union all

    select
        destination,
        conversion_name,
        conversion_type,
        conversion_id,
        expected_value as value_in_ledger,
        is_alive,
        event_at,
        known_at
    from {{ ref('int_stage_moments') }}

),

-- No platform takes a value below 0; what is not there is worth nothing.
valued as (

    select
        *,
        case when not is_alive or value_in_ledger < 0 then 0 else value_in_ledger end as value
    from moments

),

compared as (

    select
        *,
        lag(value) over in_turn as previous_value,
        coalesce(lag(is_alive) over in_turn, false) as was_alive,
        row_number() over (
            partition by destination, conversion_name, conversion_type, conversion_id
            order by known_at desc
        ) = 1 as is_latest
    from valued
    window
        in_turn as (
            partition by destination, conversion_name, conversion_type, conversion_id
            order by known_at
        )

),

marked as (

    select
        *,
        is_alive and not was_alive as is_beginning,
        is_alive <> was_alive or (is_alive and value is distinct from previous_value)
            as is_change
    from compared

)

select
    destination,
    conversion_name,
    conversion_type,
    conversion_id,
    cast(value_in_ledger as decimal(18, 2)) as value_in_ledger,
    cast(value as decimal(18, 2)) as value,
    is_alive,
    is_beginning,
    is_change,
    is_latest,
    event_at,
    known_at,
    max(case when is_beginning then known_at end) over of_conversion as beginning_known_at,
    max(case when is_change then known_at end) over of_conversion as change_known_at
from marked
window
    of_conversion as (
        partition by destination, conversion_name, conversion_type, conversion_id
    )
