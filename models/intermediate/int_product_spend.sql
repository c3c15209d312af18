select
    platform,
    account_id,
    campaign_id,
    product_id,
    spend_date,
    spend,
    known_at
from {{ ref('int_spend_judged') }}
where table_name = 'product_spend' and issue is null
