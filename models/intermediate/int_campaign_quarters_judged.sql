with

quarters as (

    select
        platform,
        account_id,
        campaign_id,
        quarter_start_date,
        sum(case business_line when 'ecommerce' then spend else 0 end) as ecommerce_spend,
        sum(case business_line when 'lead_gen' then spend else 0 end) as lead_gen_spend,
        max(case business_line when 'ecommerce' then developed_share end)
            as ecommerce_developed_share,
        max(case business_line when 'lead_gen' then developed_share end)
            as lead_gen_developed_share
    from {{ ref('int_campaign_quarters_developed') }}
    group by platform, account_id, campaign_id, quarter_start_date

),

-- Each of those joined holds at most one row per campaign and quarter.
joined as (

    select
        quarters.*,
        compared.peer_scope,
        compared.cost_per_form_fill,
        compared.peer_cost_per_form_fill,
        compared.expected_won_deals,
        compared.developed_roas,
        compared.peer_developed_roas,
        compared.closing_gap,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(orders.net_revenue, 0) as net_revenue,
        coalesce(orders.profit, 0) as profit,
        sqrt(coalesce(orders.squared_profit, 0)) as profit_error,
        case
            when orders.net_revenue > 0
                then cast(orders.cogs_covered_revenue as double) / orders.net_revenue
        end as covered_share,
        coalesce(goals.bidding_goal = 'count', false) as is_bid_on_count
    from quarters
    left join {{ ref('int_campaign_quarters_compared') }} as compared
        on {{ same_campaign('quarters', 'compared', 'quarter_start_date') }}
    left join {{ ref('int_campaign_quarter_orders') }} as orders
        on {{ same_campaign('quarters', 'orders', 'quarter_start_date') }}
    left join {{ ref('int_campaign_bidding_goals') }} as goals
        on
            quarters.platform = goals.platform
            and quarters.account_id = goals.account_id
            and quarters.campaign_id = goals.campaign_id

),

-- What has no known cost, or cannot be seen yet, is taken to earn as the rest does.
scaled as (

    select
        *,
        case
            when covered_share > 0 and ecommerce_developed_share > 0
                then 1 / covered_share / ecommerce_developed_share
        end as profit_scale,
        cast(sum(net_revenue) over same_account as double) as account_net_revenue,
        cast(sum(ecommerce_spend) over same_account as double) as account_spend
    from joined
    window same_account as (partition by platform, account_id, quarter_start_date)

),

-- 1.645 standard errors: chance alone goes beyond them once in twenty.
judged as (

    select
        *,
        case when profit > 0 then profit * profit_scale else profit end as expected_profit,
        lead_gen_spend > 0
        and lead_gen_developed_share >= 0.5
        and cost_per_form_fill <= 0.75 * peer_cost_per_form_fill
        and developed_roas < peer_developed_roas
        and expected_won_deals >= 3
        and closing_gap < -1.645 as has_cheap_leads,
        ecommerce_spend > 0
        and ecommerce_developed_share >= 0.5
        and order_count >= 10
        and covered_share >= 0.8
        and net_revenue * account_spend >= account_net_revenue * ecommerce_spend
        and greatest(profit + 1.645 * profit_error, 0) * profit_scale < ecommerce_spend
            as has_empty_revenue
    from scaled

)

select
    platform,
    account_id,
    campaign_id,
    quarter_start_date,
    peer_scope,
    ecommerce_developed_share,
    lead_gen_developed_share,
    peer_cost_per_form_fill,
    expected_won_deals,
    closing_gap,
    expected_profit,
    coalesce(has_cheap_leads, false) as has_cheap_leads_that_do_not_close,
    coalesce(has_empty_revenue, false) as has_revenue_without_profit,
    is_bid_on_count and lead_gen_spend > 0 as is_lead_gen_bid_on_count,
    is_bid_on_count and ecommerce_spend > 0 as is_ecommerce_bid_on_count,
    (lead_gen_spend > 0 and coalesce(lead_gen_developed_share < 0.5, true))
    or (ecommerce_spend > 0 and coalesce(ecommerce_developed_share < 0.5, true))
        as is_too_young
from judged
