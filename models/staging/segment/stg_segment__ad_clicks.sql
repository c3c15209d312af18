with

pages as (

    select
        *,
        {{ url_parameters('url') }} as parameters
    from {{ source('segment', 'pages') }}

),

-- What the site sends of the click goes before what stands in the address of the page.
typed as (

    select
        * replace (
            coalesce(
                {{ without_placeholder('click_id') }}, {{ url_click_id('parameters') }}, click_id
            ) as click_id,
            case
                when ({{ without_placeholder('click_id') }}) is null
                    then coalesce({{ url_click_id_type('parameters') }}, click_id_type)
                else click_id_type
            end as click_id_type
        )
    from pages

),

renamed as (

    select
        false as is_day_only,
        click_id,
        click_id_type,
        coalesce(
            ad_platform,
            {{ click_id_platform('lower(click_id_type)') }},
            lower({{ url_parameter('parameters', 'utm_source') }}),
            click_id_type
        ) as platform,
        coalesce(ad_account_id, {{ url_parameter('parameters', 'accountid') }}) as account_id,
        ad_campaign_id as campaign_id,
        ad_group_id,
        ad_id,
        coalesce(
            ad_keyword,
            {{ url_parameter('parameters', 'keyword') }},
            {{ url_parameter('parameters', 'utm_term') }}
        ) as keyword,
        coalesce(ad_product_id, {{ url_parameter('parameters', 'productid') }}) as product_id,
        {{ as_time('timestamp') }} as clicked_at,
        url as landing_page_url,
        anonymous_id as visitor_id,
        coalesce({{ url_parameter('parameters', 'device') }}, context_device_type) as device,
        context_location_country_code as country_code,
        {{ synced_at('coalesce(uuid_ts, received_at)') }}
    from typed
    -- Who names the ad platform means a click, even if its ID was left unfilled.
    where ({{ without_placeholder('click_id') }}) is not null or ad_platform is not null

)

select {{ told_columns('ad_clicks', 'segment') }}
from renamed
