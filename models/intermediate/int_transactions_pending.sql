with

told as (

    select * from {{ ref('int_transactions_told') }}

),

moments as (

    select
        destination,
        conversion_name,
        conversion_type,
        conversion_id,
        value_in_ledger,
        value,
        is_alive,
        event_at,
        beginning_known_at,
        change_known_at
    from {{ ref('int_transaction_moments') }}
    where is_latest

    union all

    -- What is no conversion any more: its row was rejected, or is a test after all.
    select
        told.destination,
        told.conversion_name,
        told.conversion_type,
        told.conversion_id,
        0 as value_in_ledger,
        0 as value,
        false as is_alive,
        told.event_at,
        cast(null as timestamp) as beginning_known_at,
        cast(null as timestamp) as change_known_at
    from told
    left join {{ ref('int_conversions') }} as conversions
        on
            told.conversion_type = conversions.conversion_type
            and told.conversion_id = conversions.conversion_id
    where conversions.conversion_id is null

),

compared as (

    select
        moments.*,
        actions.value_basis,
        destinations.can_retract,
        coalesce(told.is_open, false) as is_open,
        coalesce(told.ended_count, 0) as ended_count,
        told.transaction_id as told_transaction_id,
        told.currency_code as told_currency_code,
        told.click_id_type as told_click_id_type,
        told.click_id as told_click_id,
        told.value as told_value,
        told.event_at as told_event_at,
        told.known_at as told_known_at,
        told.last_logged_at,
        told.refused_kind,
        told.refused_error,
        told.refused_value
    from moments
    inner join {{ ref('conversion_actions') }} as actions
        on
            moments.destination = actions.destination
            and moments.conversion_name = actions.conversion_name
    inner join {{ ref('export_destinations') }} as destinations
        on moments.destination = destinations.destination
    left join told on {{ same_conversion('moments', 'told') }}

),

-- An estimate is told once: it is no fact that could be corrected.
decided as (

    select
        *,
        case
            when not is_open and is_alive and (ended_count = 0 or value > 0) then 'conversion'
            when not is_open then null
            when
                not is_alive
                or (value = 0 and told_value <> 0 and value_basis <> 'expected_value')
                then case when can_retract then 'retract' else 'restate' end
            when
                value_basis <> 'expected_value'
                and (
                    value <> told_value
                    or told_currency_code <> '{{ setting('reporting_currency') }}'
                )
                then 'restate'
        end as kind
    from compared

),

pending as (

    select
        decided.*,
        judgement.judged_at,
        case when decided.kind = 'conversion' then 1 + decided.ended_count end as life_number,
        {{ transaction_id('decided.conversion_id') }} as first_transaction_id
    from decided
    cross join {{ ref('int_judgement') }} as judgement
    where decided.kind is not null

)

select
    destination,
    conversion_name,
    conversion_type,
    conversion_id,
    kind,
    case
        when kind <> 'conversion' then told_transaction_id
        when life_number = 1 then first_transaction_id
        else first_transaction_id || '-' || life_number
    end as transaction_id,
    case when kind <> 'conversion' then told_click_id_type end as told_click_id_type,
    case when kind <> 'conversion' then told_click_id end as told_click_id,
    case when refused_kind = kind and (kind <> 'restate' or refused_value = value)
        then coalesce(refused_error, 'refused') end as refused_error,
    value_in_ledger,
    value,
    -- What was taken back and is there again must differ from what the platform has forgotten.
    case
        when kind <> 'conversion' then told_event_at
        else {{ plus_seconds('event_at', 'life_number - 1') }}
    end as event_at,
    case
        when kind = 'conversion' and ended_count = 0 then beginning_known_at
        when kind = 'conversion' and beginning_known_at > told_known_at then beginning_known_at
        when change_known_at > told_known_at then change_known_at
        else judged_at
    end as known_at,
    case
        when kind <> 'conversion' then greatest(
            case when change_known_at > told_known_at then change_known_at else judged_at end,
            {{ plus_seconds('last_logged_at', 1) }}
        )
    end as adjusted_at,
    judged_at
from pending
