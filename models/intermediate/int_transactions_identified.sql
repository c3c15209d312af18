with

identified as (

    select
        pending.*,
        actions.account_id,
        actions.platform_action_id,
        actions.value_basis,
        actions.counting,
        actions.click_window_days,
        destinations.click_window_ends,
        destinations.adjusts_by,
        destinations.can_restate,
        destinations.min_click_age_hours,
        destinations.max_event_age_days,
        destinations.min_adjustment_age_hours,
        destinations.max_adjustment_age_days,
        ' ' || destinations.click_id_types || ' ' as click_id_types,
        click_ids.click_id_type as own_click_id_type,
        click_ids.click_id as own_click_id,
        click_ids.gbraid as own_gbraid,
        click_ids.wbraid as own_wbraid,
        click_ids.click_account_id,
        coalesce(click_ids.is_after_conversion, false) as is_click_after_conversion,
        click_ids.clicked_at,
        case destinations.email_rule
            when 'plain' then people.hashed_email_plain
            when 'gmail' then people.hashed_email_gmail
            when 'microsoft' then people.hashed_email_microsoft
        end as hashed_email,
        case destinations.phone_rule
            when 'e164' then people.hashed_phone_e164
            when 'digits' then people.hashed_phone_digits
        end as hashed_phone,
        people.consent_ad_user_data,
        people.consent_ad_personalization,
        coalesce(people.is_erased, false) as is_erased,
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
    left join {{ ref('int_user_identifiers') }} as people
        on
            pending.conversion_type = people.conversion_type
            and pending.conversion_id = people.conversion_id

),

-- An adjustment goes with the click ID that its conversion went with.
clicked as (

    select
        *,
        case
            when told_click_id is not null then told_click_id_type
            when
                not is_click_after_conversion
                and strpos(click_id_types, ' ' || own_click_id_type || ' ') > 0
                then own_click_id_type
        end as click_id_type,
        strpos(click_id_types, ' gbraid ') > 0
        and coalesce(own_gbraid, own_wbraid) is not null as has_braid
    from identified

),

-- A braid goes alone: one of them, without an ID of one click, into an action that counts all.
braided as (

    select
        *,
        case
            when click_id_type is null then null
            when told_click_id is not null then told_click_id
            else own_click_id
        end as click_id,
        has_braid and own_gbraid is not null and own_wbraid is not null as has_both_braids,
        has_braid and click_id_type is null and counting = 'many_per_click'
        and (own_gbraid is null or own_wbraid is null) as is_braid_told
    from clicked

)

select
    * exclude (
        click_id_types, own_click_id_type, own_click_id, own_gbraid, own_wbraid,
        told_click_id_type, told_click_id
    ),
    case when is_braid_told then own_gbraid end as gbraid,
    case when is_braid_told then own_wbraid end as wbraid,
    click_id is null and not is_braid_told and hashed_email is null and hashed_phone is null
        as is_nobody,
    -- A click came before its conversion's anchor: so young at least is one we do not know.
    coalesce(clicked_at, anchor_at) as touched_at
from braided
