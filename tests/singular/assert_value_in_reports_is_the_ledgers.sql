-- Law 3, in money. Credited, cross-line and unattributed value must add up to the shop's and
-- the CRM's own totals. Unseen, an inner join on campaigns would drop what no campaign earned.

with

ledger as (

    select
        business_line,
        sum(revenue) as revenue
    from {{ ref('int_value_ledger') }}
    group by business_line

),

reports as (

    select
        'ecommerce' as business_line,
        (
            select sum(ecommerce_net_revenue + ecommerce_cross_line_net_revenue)
            from {{ ref('roas_by_campaign_day') }}
        ) as by_click_date,
        (
            select sum(ecommerce_net_revenue + ecommerce_cross_line_net_revenue)
            from {{ ref('roas_by_event_month') }}
        ) as by_event_date
    union all
    select
        'lead_gen' as business_line,
        (
            select sum(lead_gen_won_value + lead_gen_cross_line_won_value)
            from {{ ref('roas_by_campaign_day') }}
        ) as by_click_date,
        (
            select sum(lead_gen_won_value + lead_gen_cross_line_won_value)
            from {{ ref('roas_by_event_month') }}
        ) as by_event_date

)

select
    reports.*,
    ledger.revenue
from reports
left join ledger on reports.business_line = ledger.business_line
where
    coalesce(reports.by_click_date, 0) <> coalesce(ledger.revenue, 0)
    or coalesce(reports.by_event_date, 0) <> coalesce(ledger.revenue, 0)
