-- Unseen, rounding each line's share would create or lose cents between the product view and
-- the ledger.

with

shares as (

    select
        entry_id,
        sum(revenue) as revenue,
        sum(profit) as profit
    from {{ ref('int_order_entry_shares') }}
    group by entry_id

)

select
    shares.*,
    entries.revenue as entry_revenue,
    entries.profit as entry_profit
from shares
inner join {{ ref('int_order_entries') }} as entries on shares.entry_id = entries.entry_id
where shares.revenue <> entries.revenue or shares.profit <> entries.profit
