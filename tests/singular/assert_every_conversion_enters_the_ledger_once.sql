-- Unseen, a conversion would exist without its first entry, or with two, and every sum over
-- the ledger would be short or double.

select
    conversions.conversion_type,
    conversions.conversion_id,
    count(entries.entry_id) as first_entry_count
from {{ ref('conversions') }} as conversions
left join {{ ref('value_ledger') }} as entries
    on
        conversions.conversion_type = entries.conversion_type
        and conversions.conversion_id = entries.conversion_id
        and entries.event_type in ('order_placed', 'form_filled', 'deal_created')
group by conversions.conversion_type, conversions.conversion_id
having count(entries.entry_id) <> 1
