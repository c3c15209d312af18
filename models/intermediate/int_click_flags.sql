with

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

judged_clicks as (

    select
        clicks.connector,
        clicks.click_id_type,
        clicks.click_id,
        clicks.click_id_type || '/' || clicks.click_id as row_key,
        accounts.account_id is not null as is_account_known,
        campaigns.campaign_id is not null as is_campaign_known
    from {{ ref('int_clicks') }} as clicks
    left join accounts
        on clicks.platform = accounts.platform and clicks.account_id = accounts.account_id
    left join campaigns
        on
            clicks.platform = campaigns.platform
            and clicks.account_id = campaigns.account_id
            and clicks.campaign_id = campaigns.campaign_id

),

delivered_clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where standing = 'in_force'

),

-- The audit shows what was delivered, before an account or a campaign was completed.
clicks as (

    select
        judged_clicks.*,
        delivered_clicks.account_id,
        delivered_clicks.campaign_id_delivered,
        delivered_clicks.known_at
    from judged_clicks
    inner join delivered_clicks
        on
            judged_clicks.connector = delivered_clicks.connector
            and judged_clicks.click_id_type = delivered_clicks.click_id_type
            and judged_clicks.click_id = delivered_clicks.click_id
    where not judged_clicks.is_account_known or not judged_clicks.is_campaign_known

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
