with

logged as (

    select * from {{ ref('stg_exported__export_log') }}

),

answers as (

    select
        batch_id,
        row_number,
        state,
        error,
        row_number() over (
            partition by batch_id, row_number order by logged_at desc, state, error
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

)

select
    logged.destination,
    logged.batch_id,
    logged.row_number,
    logged.kind,
    logged.conversion_name,
    logged.conversion_type,
    logged.conversion_id,
    logged.transaction_id,
    logged.currency_code,
    logged.click_id_type,
    logged.click_id,
    case
        when answers.state is null then 'unanswered'
        when answers.state = 'accepted' then 'accept'
        when answers.error in ('not_uploaded', 'request_rejected') then 'retry'
        else coalesce(outcomes.outcome, 'refuse')
    end as outcome,
    answers.error,
    logged.value,
    -- A conversion that was taken back, or made worth 0, cannot be adjusted any more.
    logged.kind = 'retract' or (logged.kind = 'restate' and logged.value = 0) as is_end,
    logged.event_at,
    logged.known_at,
    logged.logged_at
from logged
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
