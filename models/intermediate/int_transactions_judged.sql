with

refusals as (

    select
        *,
        coalesce(error, 'refused') as refused_error
    from {{ ref('int_exports_logged') }}
    where is_last_refused

),

identified as (

    select
        identified.*,
        refusals.refused_error,
        {{ plus_hours('identified.touched_at', 'identified.min_click_age_hours') }}
            as click_ripe_at,
        {{ plus_hours('identified.touched_at', '24 * identified.click_window_days') }}
            as click_window_end_at,
        {{ plus_hours('identified.event_at', '24 * identified.max_event_age_days') }}
            as event_end_at,
        {{ plus_hours('identified.event_at', 'identified.min_adjustment_age_hours') }}
            as adjustable_at,
        {{ plus_hours('identified.event_at', '24 * identified.max_adjustment_age_days') }}
            as adjustment_end_at
    from {{ ref('int_transactions_identified') }} as identified
    -- What the platform has refused may be sent again when it is no longer the same.
    left join refusals
        on
            {{ same_conversion('identified', 'refusals') }}
            and identified.transaction_id = refusals.transaction_id
            and identified.kind = refusals.kind
            -- An expected value is another one with every build.
            and (identified.value = refusals.value or identified.value_basis = 'expected_value')
            and coalesce(identified.click_id, '') = coalesce(refusals.click_id, '')

),

bounded as (

    select
        *,
        is_conversion and click_window_ends = 'sending' and click_window_end_at < event_end_at
            as is_click_window_the_end,
        case
            when is_conversion then greatest(known_at, event_at, click_ripe_at)
            else greatest(known_at, adjustable_at)
        end as earliest_send_at,
        case
            when not is_conversion then adjustment_end_at
            when click_window_ends = 'sending' and click_window_end_at < event_end_at
                then click_window_end_at
            else event_end_at
        end as latest_send_at
    from identified

),

-- The first cause that holds counts: those that never pass, then those of age.
caused as (

    select
        *,
        case
            when refused_error is not null then 'refused'
            when
                not is_conversion
                and (
                    adjusts_by = 'none'
                    or (kind = 'restate' and not can_restate)
                    or click_id_type = 'wbraid'
                    or (adjusts_by = 'click_id' and click_id is null)
                    -- Where a correction comes as the event once more, it needs a name in it.
                    or (not can_retract and click_id is null and not is_person_known)
                )
                then 'adjustment_not_supported'
            when not is_conversion then null
            when is_erased then 'person_erased'
            when consent_ad_user_data = 'denied' then 'consent_denied'
            when not may_be_told then 'consent_missing'
            when click_id is null and not is_person_known
                then case
                    when is_type_taken then 'event_precedes_click'
                    when has_braid and has_both_braids then 'both_braids'
                    when has_braid then 'braid_with_one_per_click'
                    else 'no_identifier'
                end
            when value is null then 'no_expected_value'
            when click_window_ends = 'event' and event_at > click_window_end_at
                then 'click_too_old'
        end as lasting_cause,
        case
            when greatest(earliest_send_at, judged_at) > latest_send_at
                then case
                    when not is_conversion then 'adjustment_too_old'
                    when is_click_window_the_end then 'click_too_old'
                    else 'event_too_old'
                end
            when judged_at < known_at then 'not_known_yet'
            when judged_at < event_at then 'event_in_future'
            when judged_at < earliest_send_at and is_conversion then 'click_too_recent'
            when judged_at < earliest_send_at then 'adjustment_too_recent'
        end as passing_cause
    from bounded

),

errors as (

    select
        destination,
        cause,
        min(error) as error
    from {{ ref('platform_errors') }}
    where cause is not null
    group by destination, cause

)

select
    caused.*,
    coalesce(caused.lasting_cause, caused.passing_cause) as cause,
    case
        when
            caused.lasting_cause is not null
            or caused.passing_cause in ('adjustment_too_old', 'click_too_old', 'event_too_old')
            then 'rejected'
        when caused.passing_cause is not null then 'waiting'
        else 'ready'
    end as status,
    case
        when caused.lasting_cause = 'refused' then caused.refused_error
        else coalesce(errors.error, caused.lasting_cause, caused.passing_cause)
    end as reason
from caused
left join errors
    on
        caused.destination = errors.destination
        and coalesce(caused.lasting_cause, caused.passing_cause) = errors.cause
