{%- set click_ids = click_id_columns(after='_c') -%}
{%- set any_click_id = ('click_id_c', 'click_id_type_c') -%}

with

contacts as (

    select * from {{ source('salesforce', 'contact') }}

),

pairs as (

    select distinct
        id as merged_id,
        master_record_id as surviving_id
    from contacts
    where master_record_id is not null

),

survivors as (

    {{ survivors('pairs') }}

),

identified as (

    select
        id as contact_id,
        email,
        {{ carried_click_id(click_ids, any_click_id) }} as click_id,
        {{ carried_click_id_type(click_ids, any_click_id) }} as click_id_type
    from contacts
    where coalesce({{ read_as('bool', '_fivetran_active') }}, true)

)

select
    contacts.id as contact_id,
    coalesce(survivors.surviving_id, contacts.id) as surviving_id,
    max(identified.email) as email,
    max(identified.click_id) as click_id,
    max(identified.click_id_type) as click_id_type
from contacts
left join survivors on contacts.id = survivors.merged_id
left join identified
    on coalesce(survivors.surviving_id, contacts.id) = identified.contact_id
group by contacts.id, coalesce(survivors.surviving_id, contacts.id)
