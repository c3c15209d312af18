with

spend_days as (

    select
        platform,
        account_id,
        campaign_id,
        spend_date as click_date,
        sum(spend) as spend,
        sum(ecommerce_spend) as ecommerce_spend,
        sum(lead_gen_spend) as lead_gen_spend,
        sum(unassigned_spend) as unassigned_spend,
        sum(impressions) as impressions,
        sum(platform_clicks) as platform_clicks
    from {{ ref('int_spend') }}
    group by platform, account_id, campaign_id, spend_date

),

click_days as (

    select
        platform,
        coalesce(account_id, 'unknown') as account_id,
        coalesce(campaign_id, 'unknown') as campaign_id,
        click_date,
        sum(click_count) as recorded_clicks
    from {{ ref('int_click_days') }}
    where click_count > 0
    group by
        platform, coalesce(account_id, 'unknown'), coalesce(campaign_id, 'unknown'), click_date

),

-- Unattributed conversions keep a row of their own, on the day of their anchor.
placed as (

    select
        *,
        {{ reported_id('platform') }} as placed_platform,
        {{ reported_id('account_id') }} as placed_account_id,
        {{ reported_id('campaign_id') }} as placed_campaign_id,
        coalesce(click_date, cast(anchor_at as date)) as placed_date,
        conversion_type || case when is_cross_line then '_cross_line' else '' end as kind
    from {{ ref('conversions') }}

),

conversion_days as (

    select
        placed_platform as platform,
        placed_account_id as account_id,
        placed_campaign_id as campaign_id,
        placed_date as click_date,
        sum(case when kind = 'order' then 1 end) as ecommerce_order_count,
        sum(case when kind = 'order' then net_revenue end) as ecommerce_net_revenue,
        sum(case when kind = 'order' then profit end) as ecommerce_profit,
        sum(case when kind = 'order' then cogs_covered_revenue end)
            as ecommerce_cogs_covered_revenue,
        sum(case when kind = 'order_cross_line' then 1 end)
            as ecommerce_cross_line_order_count,
        sum(case when kind = 'order_cross_line' then net_revenue end)
            as ecommerce_cross_line_net_revenue,
        sum(case when kind = 'order_cross_line' then profit end)
            as ecommerce_cross_line_profit,
        sum(case when kind = 'form_fill' then 1 end) as lead_gen_form_fill_count,
        sum(case when kind = 'deal' then 1 end) as lead_gen_deal_count,
        sum(case when kind = 'deal' and is_won then 1 end) as lead_gen_won_deal_count,
        sum(case when kind = 'deal' then won_value end) as lead_gen_won_value,
        sum(case when kind = 'deal' then profit end) as lead_gen_profit,
        sum(case when kind = 'deal' then open_pipeline end) as lead_gen_open_pipeline,
        sum(case when kind = 'form_fill_cross_line' then 1 end)
            as lead_gen_cross_line_form_fill_count,
        sum(case when kind = 'deal_cross_line' then 1 end) as lead_gen_cross_line_deal_count,
        sum(case when kind = 'deal_cross_line' and is_won then 1 end)
            as lead_gen_cross_line_won_deal_count,
        sum(case when kind = 'deal_cross_line' then won_value end)
            as lead_gen_cross_line_won_value,
        sum(case when kind = 'deal_cross_line' then open_pipeline end)
            as lead_gen_cross_line_open_pipeline
    from placed
    group by placed_platform, placed_account_id, placed_campaign_id, placed_date

),

days as (

    select
        platform,
        account_id,
        campaign_id,
        click_date
    from spend_days
    union distinct
    select
        platform,
        account_id,
        campaign_id,
        click_date
    from click_days
    union distinct
    select
        platform,
        account_id,
        campaign_id,
        click_date
    from conversion_days

),

-- Each of the three holds at most one row per campaign and day: nothing multiplies.
measured as (

    select
        days.*,
    {% for measure, type in roas_measures().items() -%}
        cast(coalesce({{ measure }}, 0) as {{ type }}) as {{ measure }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from days
    left join spend_days
        on {{ same_campaign('days', 'spend_days', 'click_date') }}
    left join click_days
        on {{ same_campaign('days', 'click_days', 'click_date') }}
    left join conversion_days
        on {{ same_campaign('days', 'conversion_days', 'click_date') }}

)

select
    measured.platform,
    measured.account_id,
    measured.campaign_id,
    measured.click_date,
    campaigns.campaign_name,
    campaigns.channel_type,
    coalesce(campaigns.business_model, 'unassigned') as business_model,
    {{ roas_columns('measured') }}
from measured
left join {{ ref('int_campaigns') }} as campaigns
    on
        measured.platform = campaigns.platform
        and measured.account_id = campaigns.account_id
        and measured.campaign_id = campaigns.campaign_id
