with

identified as (

    select
        *,
        kind = 'conversion' as is_conversion,
        {{ plus_hours('touched_at', 'min_click_age_hours') }} as click_ripe_at,
        {{ plus_hours('touched_at', '24 * click_window_days') }} as click_window_end_at,
        {{ plus_hours('event_at', '24 * max_event_age_days') }} as event_end_at,
        {{ plus_hours('event_at', 'min_adjustment_age_hours') }} as adjustable_at,
        {{ plus_hours('event_at', '24 * max_adjustment_age_days') }} as adjustment_end_at
    from {{ ref('int_transactions_identified') }}

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
            when is_erased then 'person_erased'
            when consent_ad_user_data = 'denied' then 'consent_denied'
            when {{ setting('export_needs_consent') }} and consent_ad_user_data is null
                then 'consent_missing'
            when refused_error is not null then 'refused'
            when
                not is_conversion
                and (
                    adjusts_by = 'none'
                    or (kind = 'restate' and not can_restate)
                    or (adjusts_by = 'click_id' and click_id is null)
                )
                then 'adjustment_not_supported'
            when is_conversion and is_nobody and is_click_after_conversion
                then 'event_precedes_click'
            when is_conversion and is_nobody and has_both_braids then 'both_braids'
            when is_conversion and is_nobody and has_braid then 'braid_with_one_per_click'
            when is_conversion and is_nobody then 'no_identifier'
            when value is null then 'no_expected_value'
            when
                is_conversion
                and click_window_ends = 'event'
                and event_at > click_window_end_at
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
            when judged_at < earliest_send_at
                then case when is_conversion then 'click_too_recent' else 'adjustment_too_recent'
                end
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
    caused.* exclude (lasting_cause, passing_cause),
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
