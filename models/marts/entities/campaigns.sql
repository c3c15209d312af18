with

named as (

    select * from {{ ref('int_campaigns') }}

),

seen as (

    select
        platform,
        account_id,
        campaign_id
    from named
    union distinct
    select
        platform,
        account_id,
        campaign_id
    from {{ ref('int_spend') }}
    union distinct
    select
        platform,
        coalesce(account_id, 'unknown') as account_id,
        coalesce(campaign_id, 'unknown') as campaign_id
    from {{ ref('int_click_days') }}
    where click_count > 0

)

select
    seen.platform,
    seen.account_id,
    seen.campaign_id,
    named.campaign_name,
    named.channel_type,
    coalesce(named.business_model, 'unassigned') as business_model,
    named.bidding_strategy,
    cast(named.ecommerce_spend_share as decimal(11, 10)) as ecommerce_spend_share,
    named.campaign_id is not null as is_listed
from seen
left join named
    on
        seen.platform = named.platform
        and seen.account_id = named.account_id
        and seen.campaign_id = named.campaign_id
