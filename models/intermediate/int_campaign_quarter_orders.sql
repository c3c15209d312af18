with

credit as (

    select
        *,
        cast({{ dbt.date_trunc('quarter', 'click_date') }} as date) as quarter_start_date
    from {{ ref('int_conversion_clicks') }}
    where
        conversion_type = 'order'
        and match_status = 'matched'
        and not is_cross_line

),

orders as (

    select
        conversion_id as order_id,
        sum(revenue) as net_revenue,
        sum(profit) as profit,
        sum(case when event_type not in ('cost_booked', 'cost_returned') then profit else 0 end)
            as cogs_covered_revenue
    from {{ ref('int_value_ledger') }}
    where conversion_type = 'order'
    group by conversion_id

)

select
    credit.platform,
    credit.account_id,
    credit.campaign_id,
    credit.quarter_start_date,
    count(*) as order_count,
    sum(orders.net_revenue) as net_revenue,
    sum(orders.profit) as profit,
    sum(orders.cogs_covered_revenue) as cogs_covered_revenue,
    sum(cast(orders.profit as decimal(20, 2)) * cast(orders.profit as decimal(18, 2)))
        as squared_profit
from credit
inner join orders on credit.conversion_id = orders.order_id
group by
    credit.platform, credit.account_id, credit.campaign_id, credit.quarter_start_date
