with

conversions as (

    select
        *,
        {{ reported_id('platform') }} as placed_platform,
        {{ reported_id('account_id') }} as placed_account_id,
        {{ reported_id('campaign_id') }} as placed_campaign_id,
        cast(
            {{ dbt.date_trunc('month', 'coalesce(click_date, cast(anchor_at as date))') }} as date
        ) as month_start_date
    from {{ ref('conversions') }}
    where business_line = 'lead_gen'

),

campaign_months as (

    select
        placed_platform as platform,
        placed_account_id as account_id,
        placed_campaign_id as campaign_id,
        month_start_date,
        sum(case conversion_type when 'form_fill' then 1 else 0 end) as form_fill_count,
        sum(case conversion_type when 'deal' then 1 else 0 end) as deal_count
    from conversions
    group by placed_platform, placed_account_id, placed_campaign_id, month_start_date

),

spend_months as (

    select
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('month', 'spend_date') }} as date) as month_start_date,
        sum(lead_gen_spend) as lead_gen_spend
    from {{ ref('int_spend') }}
    group by platform, account_id, campaign_id, {{ dbt.date_trunc('month', 'spend_date') }}
    having sum(lead_gen_spend) <> 0

),

months as (

    select
        platform,
        account_id,
        campaign_id,
        month_start_date
    from campaign_months
    union distinct
    select
        platform,
        account_id,
        campaign_id,
        month_start_date
    from spend_months

),

-- A deal reaches a stage once, when it first enters it.
reached as (

    select
        deal_id,
        stage,
        min(entered_at) as reached_at
    from {{ ref('int_deal_stage_periods') }}
    group by deal_id, stage

),

-- Every campaign month shows every stage: what never got that far shows 0.
stages as (

    select stage from {{ ref('int_deal_stages') }}
    union distinct
    select stage from reached

),

stage_months as (

    select
        conversions.placed_platform as platform,
        conversions.placed_account_id as account_id,
        conversions.placed_campaign_id as campaign_id,
        conversions.month_start_date,
        reached.stage,
        count(*) as reached_deal_count,
        median({{ days_between('conversions.anchor_at', 'reached.reached_at') }})
            as median_days_to_reach
    from reached
    inner join conversions
        on
            conversions.conversion_type = 'deal'
            and reached.deal_id = conversions.conversion_id
    group by
        conversions.placed_platform,
        conversions.placed_account_id,
        conversions.placed_campaign_id,
        conversions.month_start_date,
        reached.stage

)

select
    months.platform,
    months.account_id,
    months.campaign_id,
    months.month_start_date,
    stages.stage,
    cast(coalesce(spend_months.lead_gen_spend, 0) as decimal(18, 2)) as lead_gen_spend,
    cast(coalesce(campaign_months.form_fill_count, 0) as bigint) as form_fill_count,
    cast(coalesce(campaign_months.deal_count, 0) as bigint) as deal_count,
    cast(coalesce(stage_months.reached_deal_count, 0) as bigint) as reached_deal_count,
    {{ ratio('coalesce(stage_months.reached_deal_count, 0)', 'campaign_months.form_fill_count') }}
        as reached_per_form_fill_rate,
    {{ ratio('coalesce(stage_months.reached_deal_count, 0)', 'campaign_months.deal_count') }}
        as reached_per_deal_rate,
    {{ cost_per('spend_months.lead_gen_spend', 'stage_months.reached_deal_count') }}
        as cost_per_reached_deal,
    cast(stage_months.median_days_to_reach as decimal(18, 1)) as median_days_to_reach
from months
cross join stages
left join campaign_months
    on {{ same_campaign('months', 'campaign_months', 'month_start_date') }}
left join stage_months
    on
        {{ same_campaign('months', 'stage_months', 'month_start_date') }}
        and stages.stage = stage_months.stage
left join spend_months
    on {{ same_campaign('months', 'spend_months', 'month_start_date') }}
