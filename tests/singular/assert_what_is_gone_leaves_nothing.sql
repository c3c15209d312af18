-- Rule 6. Unseen, an exchange difference would stay for ever on a deal that is lost, deleted
-- or open again, or on the pipeline of one that is no longer open.

select
    deals.deal_id,
    deals.status,
    sum(entries.revenue) as revenue,
    sum(entries.profit) as profit,
    sum(entries.pipeline) as pipeline
from {{ ref('deals') }} as deals
inner join {{ ref('value_ledger') }} as entries
    on
        entries.conversion_type = 'deal'
        and deals.deal_id = entries.conversion_id
group by deals.deal_id, deals.status
having
    (deals.status <> 'won' and (sum(entries.revenue) <> 0 or sum(entries.profit) <> 0))
    or (deals.status <> 'open' and sum(entries.pipeline) <> 0)
