{{ config(materialized='table') }}

with

submissions as (

    select
        *,
        row_number() over (
            order by id_prefix, conversion_id, timestamp, contact_id, page_url
        ) as submission_number
    from {{ source('hubspot', 'contact_form_submission') }}

),

contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

forms as (

    select
        guid,
        max(name) as name
    from {{ source('hubspot', 'form') }}
    group by guid

),

-- A form writes the click ID to its contact, where a later form overwrites it.
former_clicks as (

    select
        contacts.surviving_id,
        case history.name
            when 'hs_google_click_id' then 'gclid'
            when 'hs_facebook_click_id' then 'fbclid'
            when 'click_id' then null
            else history.name
        end as click_id_type,
        history.value,
        {{ time_or_null('history.timestamp') }} as written_at
    from {{ source('hubspot', 'contact_property_history') }} as history
    inner join contacts on history.id_prefix || history.contact_id = contacts.contact_id
    where
        (
            history.name in ('hs_google_click_id', 'hs_facebook_click_id', 'click_id')
            or {{ click_id_rank('history.name') }} < 99
        )
        and {{ without_placeholder('history.value') }} is not null

),

of_contacts as (

    select
        submissions.*,
        contacts.surviving_id,
        contacts.email,
        contacts.phone,
        contacts.country_code,
        contacts.click_id as contact_click_id,
        contacts.click_id_type as contact_click_id_type,
        {{ time_or_null('submissions.timestamp') }} as sent_at
    from submissions
    left join contacts
        on submissions.id_prefix || submissions.contact_id = contacts.contact_id

),

-- Written with the form, or at most a minute after.
with_former_clicks as (

    select
        of_contacts.*,
        former_clicks.value as former_click_id,
        former_clicks.click_id_type as former_click_id_type,
        row_number() over (
            partition by of_contacts.submission_number
            order by
                former_clicks.written_at desc nulls last,
                {{ click_id_rank('former_clicks.click_id_type') }},
                former_clicks.value
        ) as choice
    from of_contacts
    left join former_clicks
        on
            of_contacts.surviving_id = former_clicks.surviving_id
            and former_clicks.written_at
            <= {{ dbt.dateadd('minute', 1, 'of_contacts.sent_at') }}

),

renamed as (

    select
        false as is_replaced,
        fills.id_prefix || fills.conversion_id as form_fill_id,
        coalesce(fills.title, forms.name) as form_name,
        {{ as_time('fills.timestamp') }} as submitted_at,
        coalesce(fills.former_click_id, fills.contact_click_id) as click_id,
        case
            when fills.former_click_id is not null then fills.former_click_id_type
            else fills.contact_click_id_type
        end as click_id_type,
        fills.page_url,
        fills.email,
        fills.phone,
        fills.country_code,
        {{ synced_at('fills._fivetran_synced') }},
        {{ not_told([
            'visitor_id', 'customer_type', 'consent_ad_user_data',
            'consent_ad_personalization', 'is_test',
        ]) }}
    from with_former_clicks as fills
    left join forms on fills.form_id = forms.guid
    where fills.choice = 1

)

select {{ told_columns('form_fills', 'hubspot') }}
from renamed
