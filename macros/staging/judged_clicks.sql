{# Typed rows of ad_clicks with what their landing page tells of blank columns, the key of the
   click, its fault and when it was known. `rows` is the caller's CTE, with the text of the
   columns as delivered beside them. #}
{% macro judged_clicks(rows) %}
    with parsed as (

        select
            *,
            case
                when click_id is null or click_id_type is null or campaign_id is null
                    then {{ url_parameters('landing_page_url') }}
            end as url_parameters
        from {{ rows }}

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
                        then coalesce(
                            ad_group_id, {{ url_parameter('url_parameters', 'adgroupid') }}
                        )
                    else ad_group_id
                end as ad_group_id,
                case
                    when campaign_id is null
                        then coalesce(ad_id, {{ url_parameter('url_parameters', 'creative') }})
                    else ad_id
                end as ad_id
            )
        from parsed

    )

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
{% endmacro %}

{# Columns of clicks that are kept as delivered beside those whose layout says so. #}
{% macro delivered_click_columns() %}
    {%- for name in ['click_id', 'ad_group_id', 'ad_id', 'clicked_at', 'loaded_at'] %}
    {{ name }} as {{ name }}_delivered{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
