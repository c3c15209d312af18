with recursive

-- Each round replays the changes of a deal in the order in which they became known, and
-- drops the first whose entry would need an exchange rate that is not there, as if it had
-- never been delivered. What is left of a deal without such a change is final.
replayed as (

    select
        deal_id,
        row_key,
        stage,
        status,
        position,
        amount,
        deal_amount,
        rate_multiplier,
        rate_divisor,
        is_after_deletion,
        changed_at,
        known_at,
        cast(null as bigint) as chronology,
        cast(null as bigint) as replay_number,
        cast(null as varchar) as believed_stage,
        cast(null as varchar) as believed_status,
        cast(null as decimal(18, 6)) as first_amount,
        cast(null as decimal(18, 6)) as believed_amount,
        true as has_missing_rate,
        false as is_dropped,
        0 as round
    from {{ ref('int_deal_changes') }}
    where is_history

    union all

    select
        deal_id,
        row_key,
        stage,
        status,
        position,
        amount,
        deal_amount,
        rate_multiplier,
        rate_divisor,
        is_after_deletion,
        changed_at,
        known_at,
        chronology,
        replay_number,
        believed_stage,
        believed_status,
        first_amount,
        believed_amount,
        first_missing is not null as has_missing_rate,
        coalesce(replay_number = first_missing, false) as is_dropped,
        round + 1 as round
    from (
        select
            *,
            min(case
                when rate_multiplier is not null or believed_status = 'lost' then null
                when is_after_deletion then null
                when believed_status = previous_status and believed_value = previous_value
                    then null
                when believed_status <> previous_status and believed_value = 0 then null
                else replay_number
            end) over (partition by deal_id) as first_missing
        from (
            select
                *,
                coalesce(believed_amount, 0) as believed_value,
                coalesce(lag(believed_status) over (
                    partition by deal_id order by replay_number
                ), 'open') as previous_status,
                coalesce(lag(believed_amount) over (
                    partition by deal_id order by replay_number
                ), first_amount, 0) as previous_value
            from (
                -- The believed state: the latest change by business time among those known,
                -- with the amount that was last named up to it.
                select
                    * exclude (believed_stage, believed_status, first_amount, believed_amount),
                    arg_max(stage, chronology) over so_far as believed_stage,
                    arg_max(status, chronology) over so_far as believed_status,
                    coalesce(arg_min(amount, chronology) over whole_deal, deal_amount)
                        as first_amount,
                    coalesce(
                        arg_max(amount, chronology) over so_far,
                        arg_min(amount, chronology) over whole_deal,
                        deal_amount
                    ) as believed_amount
                from (
                    select
                        * exclude (chronology, replay_number),
                        row_number() over (
                            partition by deal_id
                            order by changed_at, known_at, position nulls first, stage
                        ) as chronology,
                        row_number() over (
                            partition by deal_id
                            order by known_at, changed_at, position nulls first, stage
                        ) as replay_number
                    from replayed
                    where has_missing_rate and not is_dropped
                ) as numbered
                window
                    so_far as (
                        partition by deal_id order by replay_number rows unbounded preceding
                    ),
                    whole_deal as (partition by deal_id)
            ) as believed
        ) as compared
    ) as judged

)

select
    deal_id,
    row_key,
    stage,
    status,
    believed_stage,
    believed_status,
    first_amount,
    believed_amount,
    rate_multiplier,
    rate_divisor,
    is_after_deletion,
    chronology,
    replay_number,
    changed_at,
    known_at
from replayed
where round > 0 and not has_missing_rate
