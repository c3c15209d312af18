-- A campaign day that is in no quarter, or in two, would be judged by money that it did not
-- spend or earn. The intermediate models judge by sums of their own: these must be the same.

with

days as (

    select
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('quarter', 'click_date') }} as date) as quarter_start_date,
        sum(spend) as spend,
        sum(ecommerce_spend) as ecommerce_spend,
        sum(lead_gen_spend) as lead_gen_spend,
        sum(ecommerce_order_count) as order_count,
        sum(ecommerce_profit) as profit,
        sum(lead_gen_form_fill_count) as form_fill_count,
        sum(lead_gen_won_deal_count) as won_deal_count,
        sum(lead_gen_won_value) as won_value
    from {{ ref('roas_by_campaign_day') }}
    group by
        platform, account_id, campaign_id, {{ dbt.date_trunc('quarter', 'click_date') }}

),

spent as (

    select
        platform,
        account_id,
        campaign_id,
        quarter_start_date,
        sum(case business_line when 'ecommerce' then spend else 0 end) as ecommerce_spend,
        sum(case business_line when 'lead_gen' then spend else 0 end) as lead_gen_spend
    from {{ ref('int_campaign_quarters_developed') }}
    group by platform, account_id, campaign_id, quarter_start_date

)

select
    days.*,
    audit.spend as audited_spend,
    audit.lead_gen_won_value as audited_won_value,
    orders.profit as judged_profit,
    leads.won_deal_count as judged_won_deal_count
from days
full outer join {{ ref('campaign_playbook_audit') }} as audit
    on {{ same_campaign('days', 'audit', 'quarter_start_date') }}
left join spent
    on {{ same_campaign('days', 'spent', 'quarter_start_date') }}
left join {{ ref('int_campaign_quarter_orders') }} as orders
    on {{ same_campaign('days', 'orders', 'quarter_start_date') }}
left join {{ ref('int_campaign_quarter_leads') }} as leads
    on {{ same_campaign('days', 'leads', 'quarter_start_date') }}
where
    days.spend is null
    or audit.spend is null
    or days.spend <> audit.spend
    or days.won_value <> audit.lead_gen_won_value
    or days.ecommerce_spend <> coalesce(spent.ecommerce_spend, 0)
    or days.lead_gen_spend <> coalesce(spent.lead_gen_spend, 0)
    -- Conversions that no click earned are in the reports and are judged by nobody.
    or (
        days.platform <> 'unattributed'
        and (
            days.order_count <> coalesce(orders.order_count, 0)
            or days.profit <> coalesce(orders.profit, 0)
            or days.form_fill_count <> coalesce(leads.form_fill_count, 0)
            or days.won_deal_count <> coalesce(leads.won_deal_count, 0)
            or days.won_value <> coalesce(leads.won_value, 0)
        )
    )
