with

-- Only whether there is a hash goes on from here: the hashes themselves are personal.
people as (

    select
        *,
        -- Who has not consented, or is to be forgotten, is not told of.
        not is_erased and case consent_ad_user_data
            when 'granted' then true
            when 'denied' then false
            else not {{ setting('export_needs_consent') }}
        end as may_be_told
    from {{ ref('int_user_identifiers') }}

),

identified as (

    select
        pending.*,
        actions.account_id,
        actions.platform_action_id,
        actions.value_basis,
        actions.counting,
        actions.click_window_days,
        destinations.platform,
        destinations.email_rule,
        destinations.phone_rule,
        destinations.click_window_ends,
        destinations.adjusts_by,
        destinations.can_restate,
        destinations.can_retract,
        destinations.min_click_age_hours,
        destinations.max_event_age_days,
        destinations.min_adjustment_age_hours,
        destinations.max_adjustment_age_days,
        pending.kind = 'conversion' as is_conversion,
        coalesce(strpos(
            ' ' || destinations.click_id_types || ' ', ' ' || click_ids.click_id_type || ' '
        ) > 0, false) as is_type_taken,
        strpos(' ' || destinations.click_id_types || ' ', ' gbraid ') > 0
        and coalesce(click_ids.gbraid, click_ids.wbraid) is not null as has_braid,
        click_ids.click_id_type as own_click_id_type,
        click_ids.click_id as own_click_id,
        click_ids.gbraid as own_gbraid,
        click_ids.wbraid as own_wbraid,
        click_ids.click_account_id,
        click_ids.clicked_at as own_clicked_at,
        coalesce(click_ids.clicked_at > conversions.anchor_at, false)
        or coalesce(click_ids.clicked_at > pending.event_at, false) as is_click_too_late,
        coalesce(people.may_be_told, false) as may_be_told,
        coalesce(people.is_erased, false) as is_erased,
        people.consent_ad_user_data,
        people.consent_ad_personalization,
        coalesce(people.may_be_told, false) and coalesce(
            case destinations.email_rule when 'none' then null else people.hashed_email_plain end,
            case destinations.phone_rule when 'none' then null else people.hashed_phone_e164 end
        ) is not null as is_person_known,
        conversions.anchor_at
    from {{ ref('int_transactions_pending') }} as pending
    inner join {{ ref('conversion_actions') }} as actions
        on
            pending.destination = actions.destination
            and pending.conversion_name = actions.conversion_name
    inner join {{ ref('export_destinations') }} as destinations
        on pending.destination = destinations.destination
    left join {{ ref('int_conversions') }} as conversions
        on
            pending.conversion_type = conversions.conversion_type
            and pending.conversion_id = conversions.conversion_id
    left join {{ ref('int_platform_click_ids') }} as click_ids
        on
            pending.conversion_type = click_ids.conversion_type
            and pending.conversion_id = click_ids.conversion_id
            and destinations.platform = click_ids.platform
    left join people
        on
            pending.conversion_type = people.conversion_type
            and pending.conversion_id = people.conversion_id

),

-- A braid goes alone: one of them, without an ID of one click, into an action that counts all.
chosen as (

    select
        *,
        is_conversion and is_type_taken and not is_click_too_late as is_click_told,
        is_conversion and has_braid and counting = 'many_per_click'
        and (own_gbraid is null or own_wbraid is null)
        and (not is_type_taken or is_click_too_late) as is_braid_told
    from identified

)

-- An adjustment goes with the ID that its conversion went with.
select
    * exclude (
        own_click_id_type, own_click_id, own_gbraid, own_wbraid, own_clicked_at,
        told_click_id_type, told_click_id
    ),
    case
        when is_click_told then own_click_id_type
        when is_braid_told and own_gbraid is not null then 'gbraid'
        when is_braid_told then 'wbraid'
        else told_click_id_type
    end as click_id_type,
    case
        when is_click_told then own_click_id
        when is_braid_told then coalesce(own_gbraid, own_wbraid)
        else told_click_id
    end as click_id,
    own_gbraid is not null and own_wbraid is not null as has_both_braids,
    case when is_click_told then own_clicked_at end as clicked_at,
    -- A click came before its conversion's anchor: so young at least is one we do not know.
    coalesce(case when is_click_told then own_clicked_at end, anchor_at) as touched_at
from chosen
