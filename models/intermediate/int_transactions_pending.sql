with

moments as (

    select *
    from {{ ref('int_transaction_moments') }}
    where is_latest

),

told as (

    select * from {{ ref('int_transactions_told') }}

),

-- What the ledger says and what the platform holds, of each conversion.
compared as (

    select
        moments.destination,
        moments.conversion_name,
        moments.conversion_type,
        moments.conversion_id,
        moments.value_in_ledger,
        moments.value,
        moments.is_alive,
        true as is_current,
        moments.event_at,
        moments.beginning_known_at,
        moments.change_known_at,
        told.transaction_id as told_transaction_id,
        coalesce(told.is_open, false) as is_open,
        coalesce(told.transaction_count, 0) as transaction_count
    from moments
    left join told on {{ same_conversion('moments', 'told') }} and told.is_last

    union all

    -- Taken back, but the platform did not take that, and there is a later one by now; or no
    -- conversion any more, for its row was rejected or is a test after all.
    select
        told.destination,
        told.conversion_name,
        told.conversion_type,
        told.conversion_id,
        0 as value_in_ledger,
        0 as value,
        false as is_alive,
        false as is_current,
        told.event_at,
        cast(null as timestamp) as beginning_known_at,
        cast(null as timestamp) as change_known_at,
        told.transaction_id as told_transaction_id,
        told.is_open,
        told.transaction_count
    from told
    left join {{ ref('int_conversions') }} as conversions
        on
            told.conversion_type = conversions.conversion_type
            and told.conversion_id = conversions.conversion_id
    where not told.is_last or conversions.conversion_id is null

),

-- An estimate is told once: it is no fact that could be corrected.
decided as (

    select
        compared.*,
        told.click_id_type as told_click_id_type,
        told.click_id as told_click_id,
        told.event_at as told_event_at,
        told.known_at as told_known_at,
        told.last_logged_at,
        case
            when not compared.is_open
                then case
                    when
                        compared.is_alive
                        and (compared.transaction_count = 0 or compared.value > 0)
                        then 'conversion'
                end
            when
                compared.value = 0
                and told.value = 0
                and (compared.is_alive or not actions.can_retract)
                then null
            when not compared.is_alive or (compared.value = 0 and not actions.is_estimated)
                then case when actions.can_retract then 'retract' else 'restate' end
            when compared.value <> told.value and not actions.is_estimated then 'restate'
        end as kind
    from compared
    inner join (
        select
            actions.destination,
            actions.conversion_name,
            actions.value_basis = 'expected_value' as is_estimated,
            destinations.can_retract
        from {{ ref('conversion_actions') }} as actions
        inner join {{ ref('export_destinations') }} as destinations
            on actions.destination = destinations.destination
    ) as actions
        on
            compared.destination = actions.destination
            and compared.conversion_name = actions.conversion_name
    left join told
        on
            {{ same_conversion('compared', 'told') }}
            and compared.told_transaction_id = told.transaction_id

)

select
    decided.destination,
    decided.conversion_name,
    decided.conversion_type,
    decided.conversion_id,
    decided.kind,
    case
        when decided.kind <> 'conversion' then decided.told_transaction_id
        when decided.transaction_count = 0 then {{ transaction_id('decided.conversion_id') }}
        else
            {{ transaction_id('decided.conversion_id') }}
            || '~' || (decided.transaction_count + 1)
    end as transaction_id,
    case when decided.kind <> 'conversion' then decided.told_click_id_type end
        as told_click_id_type,
    case when decided.kind <> 'conversion' then decided.told_click_id end as told_click_id,
    decided.value_in_ledger,
    decided.value,
    decided.is_current,
    -- What was taken back and is there again must differ from what the platform has forgotten.
    case
        when decided.kind <> 'conversion' then decided.told_event_at
        else {{ plus_seconds('decided.event_at', 'decided.transaction_count') }}
    end as event_at,
    {{ known_since('decided') }} as known_at,
    case
        when decided.kind <> 'conversion' then greatest(
            {{ known_since('decided') }}, {{ plus_seconds('decided.last_logged_at', 1) }}
        )
    end as adjusted_at,
    judgement.judged_at
from decided
cross join {{ ref('int_judgement') }} as judgement
where decided.kind is not null
