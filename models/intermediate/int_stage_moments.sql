with

actions as (

    select *
    from {{ ref('conversion_actions') }}
    where event_type not in ('order_placed', 'deal_won')

),

entries as (

    select entries.*
    from {{ ref('int_value_ledger') }} as entries
    cross join {{ ref('int_judgement') }} as judgement
    where
        entries.conversion_type in ('form_fill', 'deal')
        and entries.known_at <= judgement.judged_at

),

-- With a stage, whatever entry brings the deal there sets the event off.
reached as (

    select
        actions.destination,
        actions.conversion_name,
        entries.conversion_type,
        entries.conversion_id,
        min_by(entries.occurred_at, entries.known_at) as event_at,
        min(entries.known_at) as known_at
    from actions
    inner join entries
        on
            (
                actions.event_type = entries.event_type
                or (
                    actions.event_type = 'deal_stage_changed'
                    and entries.event_type in ('deal_won', 'deal_unwon', 'deal_amount_changed')
                )
            )
            and coalesce(actions.stage, entries.stage, '') = coalesce(entries.stage, '')
    group by
        actions.destination,
        actions.conversion_name,
        entries.conversion_type,
        entries.conversion_id

),

deleted as (

    select
        conversion_type,
        conversion_id,
        min(known_at) as known_at
    from entries
    where event_type = 'deal_deleted'
    group by conversion_type, conversion_id

),

moments as (

    select
        reached.*,
        deleted.known_at is null as is_alive
    from reached
    left join deleted
        on
            reached.conversion_type = deleted.conversion_type
            and reached.conversion_id = deleted.conversion_id
            and reached.known_at >= deleted.known_at

    union all

    select
        reached.destination,
        reached.conversion_name,
        reached.conversion_type,
        reached.conversion_id,
        reached.event_at,
        deleted.known_at,
        false as is_alive
    from reached
    inner join deleted
        on
            reached.conversion_type = deleted.conversion_type
            and reached.conversion_id = deleted.conversion_id
            and reached.known_at < deleted.known_at

)

select
    moments.destination,
    moments.conversion_name,
    moments.conversion_type,
    moments.conversion_id,
    expected_values.expected_value,
    moments.is_alive,
    moments.event_at,
    moments.known_at
from moments
left join {{ ref('int_expected_values') }} as expected_values
    on
        moments.conversion_type = expected_values.conversion_type
        and moments.conversion_id = expected_values.conversion_id
