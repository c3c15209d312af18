{{ config(materialized='table') }}

{%- set click_ids = [
    ('property_hs_google_click_id', 'gclid'), ('property_hs_facebook_click_id', 'fbclid'),
] + click_id_columns(before='property_') -%}
{%- set any_click_id = ('property_click_id', 'property_click_id_type') -%}

with

contacts as (

    select * from {{ source('hubspot', 'contact') }}

),

merge_lists as (

    {{ parts_of(
        'contacts', 'coalesce(property_hs_calculated_merged_vids, property_hs_merged_object_ids)',
        separator=';'
    ) }}

),

-- The audit, and the list that each survivor keeps: IDs, or IDs with times, by semicolons.
pairs as (

    select
        id_prefix || vid_to_merge as merged_id,
        id_prefix || canonical_vid as surviving_id
    from {{ source('hubspot', 'contact_merge_audit') }}

    union

    select
        id_prefix || trim({{ dbt.split_part('part', "':'", 1) }}) as merged_id,
        id_prefix || id as surviving_id
    from merge_lists

),

survivors as (

    {{ survivors('pairs') }}

),

identified as (

    select
        id_prefix || id as contact_id,
        coalesce({{ read_as('bool', '_fivetran_deleted') }}, false) as is_deleted,
        property_email as email,
        property_phone as phone,
        property_country_code as country_code,
        {{ carried_click_id(click_ids, any_click_id) }} as click_id,
        {{ carried_click_id_type(click_ids, any_click_id) }} as click_id_type,
        row_number() over (
            partition by id_prefix || id
            order by {{ time_or_null('_fivetran_synced') }} desc nulls last, property_email
        ) as version
    from contacts

),

-- One that was merged away may have no row of its own any more.
all_ids as (

    select contact_id from identified
    union
    select merged_id from survivors

)

select
    all_ids.contact_id,
    coalesce(survivors.surviving_id, all_ids.contact_id) as surviving_id,
    -- Who was deleted is nobody any more.
    case when not identified.is_deleted then identified.email end as email,
    case when not identified.is_deleted then identified.phone end as phone,
    identified.country_code,
    identified.click_id,
    identified.click_id_type
from all_ids
left join survivors on all_ids.contact_id = survivors.merged_id
left join identified
    on
        coalesce(survivors.surviving_id, all_ids.contact_id) = identified.contact_id
        and identified.version = 1
