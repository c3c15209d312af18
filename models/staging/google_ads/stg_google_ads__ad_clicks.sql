with

clicks as (

    select * from {{ source('google_ads', 'click_view') }}

),

ad_groups as (

    select
        id,
        max(campaign_id) as campaign_id
    from {{ source('google_ads', 'ad_group_history') }}
    group by id

),

known_zones as (

    {{ known_time_zones() }}

),

zones as (

    select
        accounts.account_id,
        known_zones.time_zone,
        row_number() over (
            partition by accounts.account_id
            order by {{ time_or_null('accounts.synced_at') }} desc nulls last, accounts.time_zone
        ) as version
    from {{ ref('stg_google_ads__ad_accounts') }} as accounts
    inner join known_zones on accounts.time_zone = known_zones.time_zone

),

dated as (

    select
        clicks.*,
        coalesce(clicks.campaign_id, ad_groups.campaign_id) as known_campaign_id,
        {{ start_of_day(
            read_as('date', as_day('clicks.date')), "coalesce(zones.time_zone, 'UTC')"
        ) }} as day_began_at
    from clicks
    left join ad_groups on clicks.ad_group_id = ad_groups.id
    left join zones on clicks.customer_id = zones.account_id and zones.version = 1

),

renamed as (

    select
        true as is_day_only,
        gclid as click_id,
        'gclid' as click_id_type,
        'google_ads' as platform,
        customer_id as account_id,
        known_campaign_id as campaign_id,
        ad_group_id,
        ad_id,
        keyword,
        coalesce(cast(day_began_at as varchar), date) as clicked_at,
        device,
        country_code,
        {{ synced_at('_fivetran_synced') }},
        {{ not_told(['product_id', 'landing_page_url', 'visitor_id']) }}
    from dated

)

select {{ told_columns('ad_clicks', 'google_ads') }}
from renamed
