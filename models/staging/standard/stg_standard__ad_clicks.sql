{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

with

delivered as (

    select
        {{ delivered_columns('ad_clicks') }},
        delivered_part
    from {{ source('raw', 'ad_clicks') }}
    {{ of_unread_parts('ad_clicks', is_incremental()) }}

),

parsed as (

    select
        {{ typed_columns('ad_clicks', with_text=false) }},
        click_id as click_id_delivered,
        clicked_at as clicked_at_delivered,
        loaded_at as loaded_at_delivered,
        case
            when
                {{ read_as('click_id', 'click_id') }} is null
                or click_id_type is null
                or campaign_id is null
                then {{ url_parameters('landing_page_url') }}
        end as url_parameters,
        delivered_part
    from delivered

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
        ),
        ad_group_id as ad_group_id_delivered,
        ad_id as ad_id_delivered
    from parsed

),

judged as (

    select
        * replace (
            case
                when click_id is null then 'click_id:missing'
                when click_id_type is null then 'click_id_type:missing'
                else first_issue
            end as first_issue
        ),
        greatest(clicked_at, loaded_at) as known_at
    from completed
    where {{ is_known('greatest(clicked_at, loaded_at)') }}

),

staged as (

    select
        * replace (
            -- Of all others it is their type and ID: too long to be stored twice.
            case
                when first_issue is not null
                    then coalesce(click_id_type, '') || '/' || coalesce(click_id, '')
            end as row_key
        ),
        case when first_issue is null then 'in_force' else 'rejected' end as standing,
        {{ rejected_text() }} as delivered_text,
        {{ delivered_forms() }} as delivered_forms
    from judged

),

told as (

    select
        {{ staged_columns('ad_clicks') }},
        delivered_forms,
        {{ hash_of(['click_id_type', 'click_id']) }} as row_key_hash,
        delivered_part
    from staged

),

repeated as (

    {{ repeated_keys('told', is_incremental()) }}

),

ranked as (

    select
        * exclude (click_rank) replace (
            case
                when standing = 'in_force' and click_rank > 1 then 'superseded' else standing
            end as standing
        )
    from (
        -- Unlike every other table: the earliest click of an ID is the click.
        select
            *,
            row_number() over (
                partition by standing, click_id_type, click_id
                order by clicked_at, campaign_id nulls last, {{ click_ties() }}
            ) as click_rank
        from ({{ rivals('told', is_incremental()) }}) as rivals
    )

)

{{ settled('told', 'ranked') }}
