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
        click_id as click_id_delivered,
        ad_group_id as ad_group_id_delivered,
        ad_id as ad_id_delivered,
        clicked_at as clicked_at_delivered,
        loaded_at as loaded_at_delivered,
        delivered_part
    from delivered

),

parsed as (

    select
        *,
        case
            when click_id is null or click_id_type is null or campaign_id is null
                then {{ url_parameters('landing_page_url') }}
        end as url_parameters
    from typed

),

completed as (

    select
        * replace (
            coalesce(click_id, {{ url_click_id('url_parameters') }}) as click_id,
            case
                when click_id is null
                    then coalesce(
                        {{ url_click_id_type('url_parameters') }}, click_id_type
                    )
                else coalesce(
                    click_id_type,
                    {{ url_click_id_type('url_parameters', holding='click_id') }},
                    {{ platform_click_id_type('platform') }}
                )
            end as click_id_type,
            coalesce(
                campaign_id,
                {{ url_parameter('url_parameters', 'campaignid') }},
                {{ url_parameter('url_parameters', 'utm_id') }}
            ) as campaign_id,
            case
                when campaign_id is null
                    then coalesce(ad_group_id, {{ url_parameter('url_parameters', 'adgroupid') }})
                else ad_group_id
            end as ad_group_id,
            case
                when campaign_id is null
                    then coalesce(ad_id, {{ url_parameter('url_parameters', 'creative') }})
                else ad_id
            end as ad_id
        )
    from parsed

),

judged as (

    select
        * replace (
            coalesce(click_id_type, '') || '/' || coalesce(click_id, '') as row_key,
            case
                when click_id is null then 'click_id:missing'
                when click_id_type is null then 'click_id_type:missing'
                else first_issue
            end as first_issue
        ),
        greatest(clicked_at, loaded_at) as known_at
    from completed

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
