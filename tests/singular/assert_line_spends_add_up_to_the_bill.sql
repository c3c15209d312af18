-- Law 2, per row. Unseen, the rounding of a mixed campaign's split would create or lose cents.

select
    platform,
    account_id,
    campaign_id,
    click_date,
    spend,
    ecommerce_spend + lead_gen_spend + unassigned_spend as spend_of_lines
from {{ ref('roas_by_campaign_day') }}
where spend <> ecommerce_spend + lead_gen_spend + unassigned_spend
