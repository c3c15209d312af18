with

clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where standing = 'in_force'

),

accounts as (

    select * from {{ ref('int_accounts') }}

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
        coalesce(clicks.account_id, only_accounts.account_id) as known_account_id
    from clicks
    left join only_accounts
        on
            clicks.account_id is null
            and clicks.platform = only_accounts.platform
            and clicks.campaign_id = only_accounts.campaign_id

)

select
    completed.click_id_type,
    completed.click_id,
    completed.platform,
    completed.known_account_id as account_id,
    completed.campaign_id,
    completed.ad_group_id,
    completed.ad_id,
    {{ without_email('completed.keyword') }} as keyword,
    completed.product_id,
    {{ without_email("split_part(split_part(completed.landing_page_url, '?', 1), '#', 1)") }}
        as landing_page_url,
    {{ without_identity('completed.visitor_id') }} as visitor_id,
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
