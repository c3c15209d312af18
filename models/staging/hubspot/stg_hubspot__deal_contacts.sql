{{ config(materialized='table') }}

{%- set primary_type = setting('hubspot_primary_contact_type') %}

with

merged_deals as (

    select * from {{ ref('stg_hubspot__merged_deals') }}

),

deals as (

    select
        id_prefix || deal_id as deal_id,
        min({{ time_or_null('property_createdate') }}) as created_at
    from {{ source('hubspot', 'deal') }}
    group by id_prefix || deal_id

),

people as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

-- People of a deal that was merged away are people of its survivor.
contacts as (

    select
        deals.deal_id,
        people.surviving_id as contact_id,
        max(coalesce(associations.type_id, '') = '{{ primary_type or 'none' }}') as is_primary,
        max(people.email) as email,
        max(people.click_id) as click_id,
        max(people.click_id_type) as click_id_type,
        max(deals.created_at) as created_at
    from {{ source('hubspot', 'deal_contact') }} as associations
    inner join people on associations.id_prefix || associations.contact_id = people.contact_id
    left join merged_deals
        on associations.id_prefix || associations.deal_id = merged_deals.deal_id
    inner join deals
        on
            coalesce(merged_deals.surviving_id, associations.id_prefix || associations.deal_id)
            = deals.deal_id
    group by deals.deal_id, people.surviving_id

),

form_fills as (

    select
        people.surviving_id as contact_id,
        form_fills.click_id,
        {{ url_click_id(url_parameters('form_fills.page_url')) }} as url_click_id
    from {{ source('hubspot', 'contact_form_submission') }} as submissions
    inner join people on submissions.id_prefix || submissions.contact_id = people.contact_id
    inner join {{ ref('stg_hubspot__form_fills') }} as form_fills
        on submissions.id_prefix || submissions.conversion_id = form_fills.form_fill_id

),

contact_clicks as (

    select
        contact_id,
        click_id
    from contacts
    union
    select
        contact_id,
        click_id
    from form_fills
    union
    select
        contact_id,
        url_click_id
    from form_fills

),

clicks as (

    {{ union_connectors('ad_clicks_brief') }}

),

chosen as (

    {{ chosen_contacts('contacts', 'contact_clicks', 'clicks') }}

)

select
    deal_id,
    contact_id,
    email,
    click_id,
    click_id_type,
    contact_id in (select form_fills.contact_id from form_fills) as has_form_fills
from chosen
