-- From the raw files of bench/data.py to the rows of roas_by_campaign_day, by hand and as
-- fast as it goes: what the models are measured against. It knows what it will meet (typed
-- columns, no blanks, no faults, rates for every day) and keeps nothing but the answer.
-- Needs the variable `raw`, a folder.

create temp macro raw_files(name) as table
    from read_parquet(getvariable('raw') || '/' || name || '/*.parquet', union_by_name = true);
create temp macro raw_file(name) as table
    from read_parquet(getvariable('raw') || '/' || name || '.parquet');
create temp macro cents(amount, rate) as cast(
    cast(amount as decimal(38, 12)) * cast(rate as decimal(17, 10)) as decimal(18, 2)
);

create temp table rates as
select 'EUR' as currency_code, rate_date, rate from raw_file('fx_rates')
union all
select 'USD', rate_date, 1 from raw_file('fx_rates');

create temp table campaign as
select
    campaigns.platform,
    campaigns.account_id,
    campaigns.campaign_id,
    campaign_name,
    channel_type,
    business_model,
    case business_model
        when 'ecommerce' then 1.0 when 'lead_gen' then 0.0 else ecommerce_spend_share
    end as share,
    currency_code,
    time_zone
from raw_file('campaigns') as campaigns
inner join raw_file('ad_accounts') as accounts using (platform, account_id);

-- Orders, form fills and deals, each its latest row.
create temp table latest_orders as
select unnest(arg_max(each_row, each_row.loaded_at))
from raw_files('orders') as each_row
group by each_row.order_id;

create temp table latest_forms as
select unnest(arg_max(each_row, each_row.loaded_at))
from raw_files('form_fills') as each_row
group by each_row.form_fill_id;

create temp table worth as
with lines as (
    select unnest(arg_max(each_row, each_row.loaded_at))
    from raw_files('order_lines') as each_row
    group by each_row.order_line_id
),
costed as (
    select
        order_id,
        order_line_id,
        quantity * unit_price - discount_amount as net,
        quantity * coalesce(lines.unit_cost, products.unit_cost) as cost
    from lines
    left join raw_file('products') as products using (product_id)
),
orders as (
    select
        order_id,
        sum(net) as net,
        sum(if(cost is not null, net, 0)) as covered,
        coalesce(sum(cost), 0) as cost
    from costed
    group by order_id
),
refunds as (
    select
        order_id,
        sum(if(cancelled_at is null or refunded_at > cancelled_at, cents(amount, rate), 0))
            as refunded,
        sum(if(
            (cancelled_at is null or refunded_at > cancelled_at) and cost is not null,
            cents(amount, rate), 0
        )) as covered_refunded
    from raw_files('refunds')
    inner join latest_orders using (order_id)
    inner join costed using (order_id, order_line_id)
    inner join rates
        on rates.currency_code = latest_orders.currency_code and rate_date = refunded_at::date
    group by order_id
),
placed as (
    select
        order_id,
        if(cancelled_at is null, cents(net - discount_amount, rate), 0) as revenue,
        -- Rounded once, so by whole numbers: cents × cents × a rate of four digits.
        if(cancelled_at is null, cast((
            2 * (covered * 100)::hugeint * ((net - discount_amount) * 100)::hugeint
            * (rate * 10000)::hugeint + (net * 100)::hugeint * 10000
        ) // (2 * (net * 100)::hugeint * 10000) as decimal(18, 2)) / 100, 0) as covered_revenue,
        if(cancelled_at is null, cents(cost, rate), 0) as cost
    from latest_orders
    inner join orders using (order_id)
    inner join rates
        on rates.currency_code = latest_orders.currency_code and rate_date = ordered_at::date
)
select
    order_id,
    revenue - coalesce(refunded, 0) as revenue,
    covered_revenue - coalesce(covered_refunded, 0) as covered_revenue,
    covered_revenue - cost - coalesce(covered_refunded, 0) as profit
from placed
left join refunds using (order_id);

create temp table deals as
with latest as (
    select unnest(arg_max(each_row, each_row.loaded_at))
    from raw_files('crm_deals') as each_row
    group by each_row.deal_id
),
changes as (
    select
        deal_id,
        arg_max(stage, changed_at) as stage,
        max(changed_at) as changed_at,
        arg_max(amount, changed_at) filter (amount is not null) as amount
    from raw_files('crm_deal_stage_changes')
    group by deal_id
)
select
    deal_id,
    form_fill_id,
    created_at,
    coalesce(changes.stage, latest.stage) as stage,
    if(changes.stage = 'won', cents(coalesce(changes.amount, latest.amount), won.rate), 0)
        as won_value,
    if(changes.stage = 'won', cents(
        coalesce(changes.amount, latest.amount) * gross_margin_rate, won.rate
    ), 0) as profit,
    if(coalesce(changes.stage, latest.stage) in ('won', 'lost'), 0, cents(
        coalesce(changes.amount, latest.amount), made.rate
    )) as open_pipeline
from latest
left join changes using (deal_id)
inner join rates as made
    on made.currency_code = latest.currency_code and made.rate_date = created_at::date
left join rates as won
    on won.currency_code = latest.currency_code and won.rate_date = changed_at::date;

create temp table conversions as
select
    'order' as kind,
    order_id as id,
    ordered_at as anchor_at,
    coalesce(click_id, regexp_extract(landing_page_url, '=(.+)$', 1)) as click_id,
    visitor_id,
    revenue,
    profit,
    covered_revenue,
    0 as open_pipeline,
    false as is_won
from latest_orders
inner join worth using (order_id)
union all
select
    'form_fill', form_fill_id, submitted_at,
    coalesce(click_id, regexp_extract(page_url, '=(.+)$', 1)), visitor_id, 0, 0, 0, 0, false
from latest_forms
union all
select
    'deal', deal_id, coalesce(submitted_at, created_at),
    coalesce(click_id, regexp_extract(page_url, '=(.+)$', 1)), visitor_id,
    won_value, profit, 0, open_pipeline, stage = 'won'
from deals
left join latest_forms using (form_fill_id);

-- One click ID in a hundred comes twice: only those are grouped by the text itself.
create temp table repeated as
select hash(click_id) as click_hash
from raw_files('ad_clicks')
group by click_hash
having count(*) > 1;

create temp view clicks as
select click_id, visitor_id, platform, account_id, campaign_id, clicked_at
from raw_files('ad_clicks')
where hash(click_id) not in (from repeated)
union all
select
    click_id, any_value(visitor_id), any_value(platform), any_value(account_id),
    any_value(campaign_id), min(clicked_at)
from raw_files('ad_clicks')
where hash(click_id) in (from repeated)
group by click_id;

create temp macro click_date_of(clicked_at, time_zone) as
    cast(timezone(time_zone, timezone('UTC', clicked_at)) as date);

create temp table click_days as
select
    platform, account_id, campaign_id,
    click_date_of(clicked_at, time_zone) as click_date,
    count(*) as recorded_clicks
from clicks
inner join campaign using (platform, account_id, campaign_id)
group by all;

create temp table found as
select clicks.*
from clicks
where
    click_id in (select click_id from conversions where click_id <> '')
    or visitor_id in (select visitor_id from conversions);

create temp table credited as
with by_id as (
    select conversions.*, found.* exclude (click_id, visitor_id)
    from conversions
    left join found on conversions.click_id = found.click_id and found.clicked_at <= anchor_at
),
by_visitor as (
    select kind, id, unnest(arg_max(found, found.clicked_at))
    from conversions
    inner join found
        on
            conversions.visitor_id = found.visitor_id
            and found.clicked_at between anchor_at - interval 90 day and anchor_at
    group by kind, id
)
select
    by_id.* exclude (platform, account_id, campaign_id, clicked_at, click_id, visitor_id),
    coalesce(by_id.platform, by_visitor.platform) as platform,
    coalesce(by_id.account_id, by_visitor.account_id) as account_id,
    coalesce(by_id.campaign_id, by_visitor.campaign_id) as campaign_id,
    coalesce(by_id.clicked_at, by_visitor.clicked_at) as clicked_at
from by_id
left join by_visitor using (kind, id);

create temp table conversion_days as
with placed as (
    select
        credited.*,
        coalesce(click_date_of(clicked_at, time_zone), anchor_at::date) as click_date,
        if(if(kind = 'order', share = 0, share = 1), kind || '_cross', kind) as kind_of
    from credited
    left join campaign using (platform, account_id, campaign_id)
)
select
    coalesce(platform, 'unattributed') as platform,
    coalesce(account_id, 'unattributed') as account_id,
    coalesce(campaign_id, 'unattributed') as campaign_id,
    click_date,
    count(*) filter (kind_of = 'order') as orders,
    sum(revenue) filter (kind_of = 'order') as net_revenue,
    sum(profit) filter (kind_of = 'order') as profit,
    sum(covered_revenue) filter (kind_of = 'order') as covered_revenue,
    count(*) filter (kind_of = 'order_cross') as cross_orders,
    sum(revenue) filter (kind_of = 'order_cross') as cross_net_revenue,
    sum(profit) filter (kind_of = 'order_cross') as cross_profit,
    count(*) filter (kind_of = 'form_fill') as form_fills,
    count(*) filter (kind_of = 'deal') as deals,
    count(*) filter (kind_of = 'deal' and is_won) as won_deals,
    sum(revenue) filter (kind_of = 'deal') as won_value,
    sum(profit) filter (kind_of = 'deal') as deal_profit,
    sum(open_pipeline) filter (kind_of = 'deal') as open_pipeline,
    count(*) filter (kind_of = 'form_fill_cross') as cross_form_fills,
    count(*) filter (kind_of = 'deal_cross') as cross_deals,
    count(*) filter (kind_of = 'deal_cross' and is_won) as cross_won_deals,
    sum(revenue) filter (kind_of = 'deal_cross') as cross_won_value,
    sum(open_pipeline) filter (kind_of = 'deal_cross') as cross_open_pipeline
from placed
group by all;

create temp table spend_days as
with latest as (
    select
        platform, account_id, campaign_id, spend_date,
        arg_max(cost, loaded_at) as cost,
        arg_max(impressions, loaded_at) as impressions,
        arg_max(clicks, loaded_at) as clicks
    from raw_files('ad_spend')
    group by platform, account_id, campaign_id, ad_group_id, spend_date
)
select
    platform, account_id, campaign_id, spend_date as click_date,
    sum(cents(cost, rate)) as spend,
    sum(round(cents(cost, rate) * share, 2)) as ecommerce_spend,
    sum(impressions) as impressions,
    sum(clicks) as platform_clicks
from latest
inner join campaign using (platform, account_id, campaign_id)
inner join rates
    on rates.currency_code = campaign.currency_code and rate_date = spend_date
group by all;

create or replace table roas_by_campaign_day as
with measured as (
    select
        platform, account_id, campaign_id, click_date,
        coalesce(spend, 0) as spend,
        coalesce(ecommerce_spend, 0)::decimal(18, 2) as ecommerce_spend,
        (coalesce(spend, 0) - coalesce(ecommerce_spend, 0))::decimal(18, 2) as lead_gen_spend,
        0 as unassigned_spend,
        coalesce(impressions, 0) as impressions,
        coalesce(platform_clicks, 0) as platform_clicks,
        coalesce(recorded_clicks, 0) as recorded_clicks,
        coalesce(orders, 0) as ecommerce_order_count,
        coalesce(net_revenue, 0)::decimal(18, 2) as ecommerce_net_revenue,
        coalesce(profit, 0)::decimal(18, 2) as ecommerce_profit,
        coalesce(covered_revenue, 0) as ecommerce_cogs_covered_revenue,
        coalesce(cross_orders, 0) as ecommerce_cross_line_order_count,
        coalesce(cross_net_revenue, 0) as ecommerce_cross_line_net_revenue,
        coalesce(cross_profit, 0) as ecommerce_cross_line_profit,
        coalesce(form_fills, 0) as lead_gen_form_fill_count,
        coalesce(deals, 0) as lead_gen_deal_count,
        coalesce(won_deals, 0) as lead_gen_won_deal_count,
        coalesce(won_value, 0)::decimal(18, 2) as lead_gen_won_value,
        coalesce(deal_profit, 0)::decimal(18, 2) as lead_gen_profit,
        coalesce(open_pipeline, 0) as lead_gen_open_pipeline,
        coalesce(cross_form_fills, 0) as lead_gen_cross_line_form_fill_count,
        coalesce(cross_deals, 0) as lead_gen_cross_line_deal_count,
        coalesce(cross_won_deals, 0) as lead_gen_cross_line_won_deal_count,
        coalesce(cross_won_value, 0) as lead_gen_cross_line_won_value,
        coalesce(cross_open_pipeline, 0) as lead_gen_cross_line_open_pipeline
    from spend_days
    full join click_days using (platform, account_id, campaign_id, click_date)
    full join conversion_days using (platform, account_id, campaign_id, click_date)
)
select
    platform, account_id, campaign_id, click_date,
    campaign_name, channel_type,
    coalesce(business_model, 'unassigned') as business_model,
    measured.* exclude (platform, account_id, campaign_id, click_date),
    if(ecommerce_spend > 0, ecommerce_net_revenue::double / ecommerce_spend, null)
        as ecommerce_roas,
    if(ecommerce_spend > 0, ecommerce_profit::double / ecommerce_spend, null)
        as ecommerce_poas,
    if(ecommerce_spend > 0 and ecommerce_order_count > 0,
        ecommerce_spend::double / ecommerce_order_count, null) as ecommerce_cost_per_order,
    if(lead_gen_spend > 0, lead_gen_won_value::double / lead_gen_spend, null)
        as lead_gen_roas,
    if(lead_gen_spend > 0, lead_gen_profit::double / lead_gen_spend, null)
        as lead_gen_poas,
    if(lead_gen_spend > 0 and lead_gen_form_fill_count > 0,
        lead_gen_spend::double / lead_gen_form_fill_count, null) as lead_gen_cost_per_form_fill,
    if(lead_gen_spend > 0 and lead_gen_won_deal_count > 0,
        lead_gen_spend::double / lead_gen_won_deal_count, null) as lead_gen_cost_per_won_deal
from measured
left join campaign using (platform, account_id, campaign_id);
