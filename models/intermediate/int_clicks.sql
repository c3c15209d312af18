with

clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where standing = 'in_force'

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

only_accounts as (

    select
        platform,
        campaign_id,
        min(account_id) as account_id
    from {{ ref('int_campaigns') }}
    group by platform, campaign_id
    having count(*) = 1

),

completed as (

    select
        clicks.*,
        coalesce(clicks.account_id, only_accounts.account_id) as known_account_id,
        erased_ids.token as visitor_token,
        {{ without_email("split_part(split_part(clicks.landing_page_url, '?', 1), '#', 1)") }}
            as landing_page
    from clicks
    left join only_accounts
        on
            clicks.account_id is null
            and clicks.platform = only_accounts.platform
            and clicks.campaign_id = only_accounts.campaign_id
    left join erased_ids
        on {{ without_identity('clicks.visitor_id') }} = erased_ids.id_value

)

select
    completed.click_id_type,
    completed.click_id,
    completed.platform,
    completed.known_account_id as account_id,
    completed.campaign_id,
    completed.ad_group_id,
    completed.ad_id,
    {{ without_erased('completed.keyword', 'erased_ids') }} as keyword,
    completed.product_id,
    -- Looked through only where an erased person clicked: it costs as much as all the rest.
    case
        when
            completed.visitor_token is null
            or not {{ has_any_part('completed.landing_page', 'erased_ids') }}
            then completed.landing_page
    end as landing_page_url,
    {{ without_identity('completed.visitor_id', 'completed.visitor_token') }} as visitor_id,
    completed.device,
    completed.country_code,
    completed.connector,
    {{ local_date('completed.clicked_at', "coalesce(accounts.time_zone, 'UTC')") }}
        as click_date,
    completed.clicked_at,
    completed.known_at
from completed
left join accounts
    on
        completed.platform = accounts.platform
        and completed.known_account_id = accounts.account_id
