{{ config(materialized='view') }}

with

delivered as (

    {{ union_connectors('ad_clicks') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

completed as (

    {{ completed_clicks('delivered', 'accounts', 'campaigns') }}

),

clicks as (

    select
        completed.*,
        erased_ids.token as visitor_token,
        {{ without_email("split_part(split_part(completed.landing_page_url, '?', 1), '#', 1)") }}
            as landing_page
    from completed
    left join erased_ids
        on {{ without_identity('completed.visitor_id') }} = erased_ids.id_value

)

select
    click_id_type,
    click_id,
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    {{ without_erased('keyword', 'erased_ids') }} as keyword,
    product_id,
    -- Looked through only where an erased person clicked: it costs as much as all the rest.
    case
        when
            visitor_token is null
            or not {{ has_any_part('landing_page', 'erased_ids') }}
            then landing_page
    end as landing_page_url,
    {{ without_identity('visitor_id', 'visitor_token') }} as visitor_id,
    device,
    country_code,
    connector,
    click_date,
    clicked_at,
    known_at
from clicks
