-- A deal that falls between "told" and "waiting" is missed by nobody: coverage would look
-- better than it is. By destination and conversion the parts are the ledger's own value.
with

covered as (

    select
        destination,
        conversion_name,
        sum(value) as value,
        sum(
            told_value + waiting_value + too_late_value + refused_value
            + without_identifier_value + untellable_value
        ) as parts_value,
        sum(conversion_count) as conversion_count,
        sum(
            told_count + waiting_count + too_late_count + refused_count
            + without_identifier_count
        ) as parts_count
    from {{ ref('export_coverage') }}
    group by destination, conversion_name

),

booked as (

    select
        actions.destination,
        actions.conversion_name,
        sum(case actions.value_basis when 'profit' then ledger.profit else ledger.revenue end)
            as value
    from {{ ref('conversion_actions') }} as actions
    inner join {{ ref('int_value_ledger') }} as ledger
        on
            ledger.conversion_type
            = case actions.event_type when 'order_placed' then 'order' else 'deal' end
    cross join {{ ref('int_judgement') }} as judgement
    where
        actions.event_type in ('order_placed', 'deal_won')
        and ledger.known_at <= judgement.judged_at
    group by actions.destination, actions.conversion_name

)

select
    booked.destination,
    booked.conversion_name,
    booked.value as booked_value,
    covered.value,
    covered.parts_value
from booked
left join covered
    on
        booked.destination = covered.destination
        and booked.conversion_name = covered.conversion_name
where
    booked.value <> coalesce(covered.value, 0)
    or covered.value <> covered.parts_value
    or covered.conversion_count <> covered.parts_count
