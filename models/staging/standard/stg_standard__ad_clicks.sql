with

delivered as (

    select {{ delivered_columns('ad_clicks') }}
    from {{ source('raw', 'ad_clicks') }}

),

typed as (

    select
        {{ typed_columns('ad_clicks') }},
        {{ text_array([
            'platform', 'account_id', 'ad_group_id', 'ad_id', 'keyword', 'product_id',
            'landing_page_url', 'visitor_id', 'device', 'country_code', 'loaded_at',
            'click_id', 'click_id_type', 'campaign_id', 'clicked_at',
        ], 'chr(1114111)') }} as tie_break_text
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

ranked as (

    select
        *,
        case
            when first_issue is not null then 'rejected'
            -- Unlike every other table: the earliest click of an ID is the click.
            when
                row_number() over (
                    partition by first_issue is null, click_id_type, click_id
                    order by clicked_at, campaign_id nulls last, tie_break_text
                ) = 1 then 'in_force'
            else 'superseded'
        end as standing
    from judged
    where {{ is_known('known_at') }}

)

select {{ staged_columns('ad_clicks') }}
from ranked
