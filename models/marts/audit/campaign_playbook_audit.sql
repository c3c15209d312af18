with

quarters as (

    select
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('quarter', 'click_date') }} as date) as quarter_start_date,
    {% for measure, type in roas_measures().items() -%}
        cast(sum({{ measure }}) as {{ type }}) as {{ measure }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('roas_by_campaign_day') }}
    group by
        platform, account_id, campaign_id, {{ dbt.date_trunc('quarter', 'click_date') }}

),

measured as (

    select
        quarters.platform,
        quarters.account_id,
        quarters.campaign_id,
        quarters.quarter_start_date,
        {{ roas_columns('quarters') }},
        {{ ratio('leads.expected_value', 'quarters.lead_gen_form_fill_count') }}
            as lead_gen_expected_value_per_form_fill,
        {{ ratio('quarters.lead_gen_won_value', 'quarters.lead_gen_form_fill_count') }}
            as lead_gen_won_value_per_form_fill
    from quarters
    left join {{ ref('int_campaign_quarter_leads') }} as leads
        on {{ same_campaign('quarters', 'leads', 'quarter_start_date') }}

),

ranked as (

    select
        *,
        {{ rank_in_account('ecommerce_roas', 'desc') }} as ecommerce_roas_rank,
        {{ rank_in_account('ecommerce_poas', 'desc') }} as ecommerce_poas_rank,
        {{ rank_in_account('lead_gen_roas', 'desc') }} as lead_gen_roas_rank,
        {{ rank_in_account('lead_gen_poas', 'desc') }} as lead_gen_poas_rank,
        {{ rank_in_account('lead_gen_cost_per_form_fill', 'asc') }}
            as lead_gen_cost_per_form_fill_rank,
        {{ rank_in_account('lead_gen_cost_per_won_deal', 'asc') }}
            as lead_gen_cost_per_won_deal_rank,
        {{ rank_in_account('lead_gen_expected_value_per_form_fill', 'desc') }}
            as lead_gen_expected_value_per_form_fill_rank,
        {{ rank_in_account('lead_gen_won_value_per_form_fill', 'desc') }}
            as lead_gen_won_value_per_form_fill_rank
    from measured

)

select
    ranked.platform,
    ranked.account_id,
    ranked.campaign_id,
    ranked.quarter_start_date,
    campaigns.campaign_name,
    coalesce(campaigns.business_model, 'unassigned') as business_model,
    campaigns.bidding_strategy,
    coalesce(goals.bidding_goal, 'unknown') as bidding_goal,
    judged.peer_scope,
    ranked.spend,
    ranked.ecommerce_spend,
    ranked.lead_gen_spend,
    ranked.unassigned_spend,
    ranked.ecommerce_order_count,
    ranked.ecommerce_net_revenue,
    ranked.ecommerce_profit,
    ranked.ecommerce_cogs_covered_revenue,
    ranked.lead_gen_form_fill_count,
    ranked.lead_gen_won_deal_count,
    ranked.lead_gen_won_value,
    ranked.lead_gen_profit,
    ranked.ecommerce_roas,
    ranked.ecommerce_poas,
    ranked.lead_gen_roas,
    ranked.lead_gen_poas,
    ranked.lead_gen_cost_per_form_fill,
    ranked.lead_gen_cost_per_won_deal,
    ranked.lead_gen_expected_value_per_form_fill,
    ranked.lead_gen_won_value_per_form_fill,
    ranked.ecommerce_roas_rank,
    ranked.ecommerce_poas_rank,
    ranked.lead_gen_roas_rank,
    ranked.lead_gen_poas_rank,
    ranked.lead_gen_cost_per_form_fill_rank,
    ranked.lead_gen_cost_per_won_deal_rank,
    ranked.lead_gen_expected_value_per_form_fill_rank,
    ranked.lead_gen_won_value_per_form_fill_rank,
    {{ estimated_rate('judged.ecommerce_developed_share') }} as ecommerce_developed_share,
    {{ estimated_rate('judged.lead_gen_developed_share') }} as lead_gen_developed_share,
    {{ estimated_money('judged.expected_profit') }} as ecommerce_expected_profit,
    {{ estimated_rate('judged.peer_cost_per_form_fill') }} as peer_cost_per_form_fill,
    {{ estimated_money('judged.expected_won_deals') }} as expected_won_deals,
    {{ estimated_money('judged.closing_gap') }} as closing_gap,
    cast(
        case when judged.has_cheap_leads_that_do_not_close then ranked.lead_gen_spend else 0 end
        as decimal(18, 2)
    ) as cheap_leads_at_stake,
    case
        when judged.has_revenue_without_profit
            then {{ estimated_money('ranked.ecommerce_spend - judged.expected_profit') }}
        else cast(0 as decimal(18, 2))
    end as revenue_without_profit_at_stake,
    cast(
        case when judged.is_lead_gen_bid_on_count then ranked.lead_gen_spend else 0 end
        as decimal(18, 2)
    ) as lead_gen_bid_on_count_at_stake,
    cast(
        case when judged.is_ecommerce_bid_on_count then ranked.ecommerce_spend else 0 end
        as decimal(18, 2)
    ) as ecommerce_bid_on_count_at_stake,
    coalesce(judged.has_cheap_leads_that_do_not_close, false)
        as has_cheap_leads_that_do_not_close,
    coalesce(judged.has_revenue_without_profit, false) as has_revenue_without_profit,
    coalesce(judged.is_lead_gen_bid_on_count, false) as is_lead_gen_bid_on_count,
    coalesce(judged.is_ecommerce_bid_on_count, false) as is_ecommerce_bid_on_count,
    coalesce(judged.is_too_young, false) as is_too_young
from ranked
left join {{ ref('int_campaigns') }} as campaigns
    on
        ranked.platform = campaigns.platform
        and ranked.account_id = campaigns.account_id
        and ranked.campaign_id = campaigns.campaign_id
left join {{ ref('int_campaign_bidding_goals') }} as goals
    on
        ranked.platform = goals.platform
        and ranked.account_id = goals.account_id
        and ranked.campaign_id = goals.campaign_id
left join {{ ref('int_campaign_quarters_judged') }} as judged
    on {{ same_campaign('ranked', 'judged', 'quarter_start_date') }}
