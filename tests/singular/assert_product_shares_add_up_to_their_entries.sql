-- Unseen, rounding each line's share would create or lose cents between the product view and
-- the ledger, or an order without lines would drop out of it.

with

product_campaigns as (

    select distinct
        platform,
        account_id,
        campaign_id
    from {{ ref('int_product_spend') }}

),

entries as (

    select ledger.*
    from {{ ref('value_ledger') }} as ledger
    inner join product_campaigns
        on
            ledger.platform = product_campaigns.platform
            and ledger.account_id = product_campaigns.account_id
            and ledger.campaign_id = product_campaigns.campaign_id
    where ledger.conversion_type = 'order'

),

shares as (

    select
        entry_id,
        sum(revenue) as revenue,
        sum(profit) as profit
    from {{ ref('int_order_entry_shares') }}
    group by entry_id

)

select
    entries.entry_id,
    entries.revenue,
    entries.profit,
    shares.revenue as shared_revenue,
    shares.profit as shared_profit
from entries
full outer join shares on entries.entry_id = shares.entry_id
where
    entries.revenue is distinct from shares.revenue
    or entries.profit is distinct from shares.profit
