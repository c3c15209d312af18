with

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

-- Asked of each campaign, not of each of its clicks: where all are known none is read.
strange as (

    select distinct
        days.platform,
        coalesce(days.account_id, '') as account_id,
        coalesce(days.campaign_id, '') as campaign_id,
        accounts.account_id is not null as is_account_known,
        campaigns.campaign_id is not null as is_campaign_known
    from {{ ref('int_click_days') }} as days
    left join accounts
        on days.platform = accounts.platform and days.account_id = accounts.account_id
    left join campaigns
        on
            days.platform = campaigns.platform
            and days.account_id = campaigns.account_id
            and days.campaign_id = campaigns.campaign_id
    where
        days.click_count > 0
        and (accounts.account_id is null or campaigns.campaign_id is null)

),

strange_clicks as (

    select
        clicks.connector,
        clicks.click_id_type,
        clicks.click_id,
        strange.is_account_known,
        strange.is_campaign_known
    from {{ ref('int_clicks') }} as clicks
    inner join strange
        on
            clicks.platform = strange.platform
            and coalesce(clicks.account_id, '') = strange.account_id
            and coalesce(clicks.campaign_id, '') = strange.campaign_id

),

delivered_clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where standing = 'in_force'

),

-- The audit shows what was delivered, before an account or a campaign was completed.
clicks as (

    select
        strange_clicks.connector,
        strange_clicks.click_id_type || '/' || strange_clicks.click_id as row_key,
        strange_clicks.is_account_known,
        strange_clicks.is_campaign_known,
        delivered_clicks.account_id,
        delivered_clicks.campaign_id_delivered,
        delivered_clicks.known_at
    from strange_clicks
    inner join delivered_clicks
        on
            strange_clicks.connector = delivered_clicks.connector
            and strange_clicks.click_id_type = delivered_clicks.click_id_type
            and strange_clicks.click_id = delivered_clicks.click_id

)

select
    connector,
    'ad_clicks' as table_name,
    row_key,
    'account_id' as column_name,
    'unknown_account' as issue,
    account_id as raw_value,
    known_at
from clicks
where not is_account_known

union all

select
    connector,
    'ad_clicks' as table_name,
    row_key,
    'campaign_id' as column_name,
    'unknown_campaign' as issue,
    campaign_id_delivered as raw_value,
    known_at
from clicks
where not is_campaign_known
