{{ config(materialized='table') }}

{%- set click_ids = click_id_columns(before='leads.', after='_c') -%}
{%- set any_click_id = ('leads.click_id_c', 'leads.click_id_type_c') -%}

with

opportunities as (

    select
        id as deal_id,
        min({{ time_or_null('created_date') }}) as created_at
    from {{ source('salesforce', 'opportunity') }}
    group by id

),

people as (

    select * from {{ ref('stg_salesforce__contacts') }}

),

leads as (

    select
        leads.id as form_fill_id,
        leads.converted_opportunity_id as deal_id,
        coalesce(people.surviving_id, leads.converted_contact_id, leads.id) as contact_id,
        leads.email,
        {{ carried_click_id(click_ids, any_click_id) }} as click_id,
        {{ url_click_id(url_parameters('leads.landing_page_c')) }} as url_click_id,
        {{ time_or_null('leads.created_date') }} as sent_at,
        leads.is_gone and leads.master_record_id is null as is_gone
    from ({{ versions_in_history(source('salesforce', 'lead')) }}) as leads
    left join people on leads.converted_contact_id = people.contact_id
    where leads.converted_opportunity_id is not null and not leads.is_replaced

),

named as (

    select
        opportunity_id as deal_id,
        contact_id,
        coalesce({{ read_as('bool', 'is_primary') }}, false) as is_primary
    from {{ source('salesforce', 'opportunity_contact_role') }}
    where not coalesce({{ read_as('bool', 'is_deleted') }}, false)

    union all

    select
        deal_id,
        contact_id,
        false as is_primary
    from leads

),

contacts as (

    select
        named.deal_id,
        coalesce(people.surviving_id, named.contact_id) as contact_id,
        max(named.is_primary) as is_primary,
        max(opportunities.created_at) as created_at
    from named
    inner join opportunities on named.deal_id = opportunities.deal_id
    left join people on named.contact_id = people.contact_id
    group by named.deal_id, coalesce(people.surviving_id, named.contact_id)

),

contact_clicks as (

    select
        surviving_id as contact_id,
        click_id
    from people
    union
    select
        contact_id,
        click_id
    from leads
    where not is_gone
    union
    select
        contact_id,
        url_click_id
    from leads
    where not is_gone

),

clicks as (

    {{ union_connectors('ad_clicks_brief') }}

),

chosen as (

    {{ chosen_contacts('contacts', 'contact_clicks', 'clicks') }}

),

-- Of several leads of the contact the latest before the deal, as rule 12 has it.
with_leads as (

    select
        chosen.deal_id,
        chosen.contact_id,
        leads.form_fill_id,
        coalesce(people.email, leads.email) as email,
        people.click_id,
        people.click_id_type,
        row_number() over (
            partition by chosen.deal_id
            order by
                case when leads.sent_at <= chosen.created_at then 1 else 2 end asc,
                leads.sent_at desc,
                leads.form_fill_id asc
        ) as choice
    from chosen
    left join people on chosen.contact_id = people.contact_id
    left join leads
        on
            chosen.deal_id = leads.deal_id
            and chosen.contact_id = leads.contact_id
            -- What was deleted is no form fill, and hides no other one.
            and not leads.is_gone

)

select * exclude (choice)
from with_leads
where choice = 1
