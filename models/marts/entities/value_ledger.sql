with

entries as (

    select * from {{ ref('int_value_ledger') }}

),

credit as (

    select * from {{ ref('int_conversion_clicks') }}

)

select
    entries.entry_id,
    entries.business_line,
    entries.conversion_type,
    entries.conversion_id,
    entries.event_type,
    entries.order_line_id,
    entries.stage,
    credit.match_status,
    credit.click_id_type,
    credit.click_id,
    credit.platform,
    credit.account_id,
    credit.campaign_id,
    credit.ad_group_id,
    entries.revenue,
    entries.profit,
    entries.pipeline,
    credit.is_cross_line,
    credit.click_date,
    credit.anchor_at,
    entries.occurred_at,
    entries.known_at
from entries
-- One row per conversion on the right; a left join, so that no entry can be lost.
left join credit
    on
        entries.conversion_type = credit.conversion_type
        and entries.conversion_id = credit.conversion_id
