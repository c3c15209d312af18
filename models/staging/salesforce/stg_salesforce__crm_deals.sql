{%- set click_ids = click_id_columns(after='_c') -%}
{%- set any_click_id = ('click_id_c', 'click_id_type_c') -%}

with

opportunities as (

    {{ versions_in_history(source('salesforce', 'opportunity')) }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'salesforce'

),

chosen_contacts as (

    select * from {{ ref('stg_salesforce__deal_contacts') }}

),

renamed as (

    select
        opportunities.is_replaced,
        opportunities.id as deal_id,
        contacts.form_fill_id,
        contacts.email,
        -- A lead carries click IDs of its own: a contact's counts where there is none.
        coalesce(
            {{ carried_click_id(click_ids, any_click_id) }},
            case when contacts.form_fill_id is null then contacts.click_id end
        ) as click_id,
        coalesce(
            {{ carried_click_id_type(click_ids, any_click_id) }},
            case when contacts.form_fill_id is null then contacts.click_id_type end
        ) as click_id_type,
        opportunities.customer_type_c as customer_type,
        {{ as_time('opportunities.created_date') }} as created_at,
        {{ as_amount('opportunities.amount') }} as amount,
        coalesce(opportunities.currency_iso_code, {{ default_of('currency_code') }})
            as currency_code,
        opportunities.stage_name as stage,
        {{ as_time(not_before('opportunities.close_date', 'opportunities.created_date')) }}
            as closed_at,
        opportunities.gross_margin_rate_c as gross_margin_rate,
        case when opportunities.is_gone then 'true' else opportunities.is_deleted end
            as is_deleted,
        {{ synced_at(
            'opportunities._fivetran_synced', known_at=as_time('opportunities._fivetran_synced')
        ) }},
        {{ not_told(['pipeline']) }}
    from opportunities
    left join chosen_contacts as contacts on opportunities.id = contacts.deal_id

)

select {{ told_columns('crm_deals', 'salesforce') }}
from renamed
