{{ config(materialized='view') }}

with

delivered as (

    select
        {{ delivered_columns('ad_clicks') }},
        delivered_part
    from {{ source('raw', 'ad_clicks') }}

),

typed as (

    select
        {{ typed_columns('ad_clicks', with_text=false) }},
        {{ delivered_click_columns() }},
        delivered_part
    from delivered

),

judged as (

    {{ judged_clicks('typed') }}

),

known as (

    select
        *,
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        case
            when first_issue is not null
                then {{ click_text(layout_columns('ad_clicks') | map(attribute='name'), "''") }}
        end as delivered_text
    from judged
    where {{ is_known('known_at') }}

)

select
    {{ staged_columns('ad_clicks') }},
    click_id_delivered,
    ad_group_id_delivered,
    ad_id_delivered,
    clicked_at_delivered,
    loaded_at_delivered,
    not coalesce({{ is_listed_value('ad_clicks', 'click_id_type') }}, true) as has_unknown_type,
    coalesce(strpos(visitor_id, '@') > 0, false) as has_address,
    case when standing = 'in_force' then {{ hash_of(['click_id_type', 'click_id']) }} end
        as row_key_hash,
    delivered_part
from known
