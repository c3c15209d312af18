with

-- Values in another currency than this build's cannot be compared with it.
logged as (

    select *
    from {{ ref('stg_exported__export_log') }}
    where currency_code = '{{ setting('reporting_currency') }}'

),

answers as (

    select
        batch_id,
        row_number,
        state,
        error,
        row_number() over (
            partition by batch_id, row_number order by logged_at desc, state asc, error asc
        ) as choice
    from logged
    where state <> 'written'

),

outcomes as (

    select distinct
        destination,
        error,
        outcome
    from {{ ref('platform_errors') }}

),

answered as (

    select
        logged.*,
        case
            when answers.state is null then 'unanswered'
            when answers.state = 'accepted' then 'accept'
            when answers.error in ('not_uploaded', 'request_rejected') then 'retry'
            when outcomes.outcome in ('has_it', 'has_ended_it') then 'accept'
            else coalesce(outcomes.outcome, 'refuse')
        end as outcome,
        outcomes.outcome as error_outcome,
        answers.error as answered_error,
        -- A conversion that was taken back, or made worth 0, cannot be adjusted any more;
        -- where nothing can be taken back, its value can always be replaced.
        logged.kind = 'retract'
        or coalesce(outcomes.outcome = 'has_ended_it', false)
        or (logged.kind = 'restate' and logged.value = 0 and destinations.can_retract)
            as is_end
    from logged
    inner join {{ ref('export_destinations') }} as destinations
        on logged.destination = destinations.destination
    left join answers
        on
            logged.batch_id = answers.batch_id
            and logged.row_number = answers.row_number
            and answers.choice = 1
    left join outcomes
        on
            logged.destination = outcomes.destination
            and answers.error = outcomes.error
    where logged.state = 'written'

)

select
    destination,
    batch_id,
    row_number,
    kind,
    conversion_name,
    conversion_type,
    conversion_id,
    transaction_id,
    currency_code,
    click_id_type,
    click_id,
    outcome,
    answered_error as error,
    -- What a platform has already is what it was sent first.
    case error_outcome
        when 'has_it' then first_value(value) over of_transaction
        when 'has_ended_it' then 0
        else value
    end as value,
    is_end,
    row_number() over (
        partition by
            destination,
            conversion_name,
            conversion_type,
            conversion_id,
            transaction_id,
            outcome = 'retry'
        order by logged_at desc, batch_id desc, row_number desc
    ) = 1 and outcome = 'refuse' as is_last_refused,
    event_at,
    known_at,
    logged_at
from answered
window
    of_transaction as (
        partition by
            destination, conversion_name, conversion_type, conversion_id, transaction_id
        order by logged_at, batch_id, row_number
    )
