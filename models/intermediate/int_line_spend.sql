select
    'ecommerce' as business_line,
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    spend_date,
    ecommerce_spend as spend
from {{ ref('int_spend') }}
where ecommerce_spend <> 0

union all

select
    'lead_gen' as business_line,
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    spend_date,
    lead_gen_spend as spend
from {{ ref('int_spend') }}
where lead_gen_spend <> 0
