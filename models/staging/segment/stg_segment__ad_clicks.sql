with

pages as (

    select
        *,
        {{ url_parameters('url') }} as parameters
    from {{ source('segment', 'pages') }}

),

typed as (

    select
        *,
        {{ url_click_id('parameters') }} as click_id,
        {{ url_click_id_type('parameters') }} as click_id_type
    from pages

),

renamed as (

    select
        false as is_day_only,
        click_id,
        click_id_type,
        coalesce(
            {{ click_id_platform('click_id_type') }},
            lower({{ url_parameter('parameters', 'utm_source') }}),
            click_id_type
        ) as platform,
        {{ url_parameter('parameters', 'accountid') }} as account_id,
        coalesce(
            {{ url_parameter('parameters', 'keyword') }},
            {{ url_parameter('parameters', 'utm_term') }}
        ) as keyword,
        {{ url_parameter('parameters', 'productid') }} as product_id,
        {{ as_time('timestamp') }} as clicked_at,
        url as landing_page_url,
        anonymous_id as visitor_id,
        coalesce({{ url_parameter('parameters', 'device') }}, context_device_type) as device,
        context_location_country_code as country_code,
        {{ as_time('coalesce(uuid_ts, received_at)') }} as loaded_at,
        {{ not_told(['campaign_id', 'ad_group_id', 'ad_id']) }}
    from typed
    where click_id is not null

)

select {{ told_columns('ad_clicks', 'segment') }}
from renamed
