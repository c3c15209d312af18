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
        case
            when not coalesce({{ read_as('bool', 'is_deleted') }}, false) then email
        end as email,
        {{ carried_click_id(click_ids, any_click_id) }} as click_id,
        {{ carried_click_id_type(click_ids, any_click_id) }} as click_id_type,
        row_number() over (
            partition by id
            order by
                case when {{ read_as('bool', '_fivetran_active') }} is false then 2 else 1 end,
                email,
                {{ carried_click_id(click_ids, any_click_id) }}
        ) as version
    from contacts

),

all_ids as (

    select distinct id as contact_id
    from contacts

)

select
    all_ids.contact_id,
    coalesce(survivors.surviving_id, all_ids.contact_id) as surviving_id,
    identified.email,
    identified.click_id,
    identified.click_id_type
from all_ids
left join survivors on all_ids.contact_id = survivors.merged_id
left join identified
    on
        coalesce(survivors.surviving_id, all_ids.contact_id) = identified.contact_id
        and identified.version = 1
