{%- set click_ids = [
    ('property_hs_google_click_id', 'gclid'), ('property_hs_facebook_click_id', 'fbclid'),
] + click_id_columns(before='property_') -%}
{%- set any_click_id = ('deals.property_click_id', 'deals.property_click_id_type') -%}

with

deals as (

    select * from {{ source('hubspot', 'deal') }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'hubspot'

),

chosen_contacts as (

    select * from {{ ref('stg_hubspot__deal_contacts') }}

),

merged_deals as (

    select * from {{ ref('stg_hubspot__merged_deals') }}

),

renamed as (

    select
        deals.id_prefix || deals.deal_id in (select merged_deals.deal_id from merged_deals)
            as is_replaced,
        deals.id_prefix || deals.deal_id as deal_id,
        deals.property_form_fill_id as form_fill_id,
        contacts.email,
        -- Forms carry click IDs of their own: a contact's counts where it has sent none.
        coalesce(
            {{ carried_click_id(click_ids, any_click_id) }},
            case when not contacts.has_form_fills then contacts.click_id end
        ) as click_id,
        coalesce(
            {{ carried_click_id_type(click_ids, any_click_id) }},
            case when not contacts.has_form_fills then contacts.click_id_type end
        ) as click_id_type,
        deals.id_prefix || deals.deal_pipeline_id as pipeline,
        deals.property_customer_type as customer_type,
        {{ as_time('deals.property_createdate') }} as created_at,
        {{ as_amount('deals.property_amount') }} as amount,
        coalesce(deals.property_deal_currency_code, {{ default_of('currency_code') }})
            as currency_code,
        deals.deal_pipeline_stage_id as stage,
        {{ as_time('deals.property_closedate') }} as closed_at,
        deals.property_gross_margin_rate as gross_margin_rate,
        case
            when {{ read_as('bool', 'deals._fivetran_deleted') }} then 'true'
            else deals.is_deleted
        end as is_deleted,
        {{ synced_at(
            'deals._fivetran_synced', known_at=as_time('deals._fivetran_synced')
        ) }}
    from deals
    left join chosen_contacts as contacts
        on deals.id_prefix || deals.deal_id = contacts.deal_id

)

select {{ told_columns('crm_deals', 'hubspot') }}
from renamed
