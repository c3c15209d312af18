-- The raw tables of a business with so many clicks in two years, as a loader lands them.
-- Every value is a function of the row's number, so that a row finds its click without a
-- join; `arrival` says in which part a row comes: see bench/data.py. Needs the variable
-- `clicks`.

set variable cut = timestamp '2024-01-01' + interval 730 day;
set variable campaigns = greatest(20, getvariable('clicks') // 50000);

-- From 0 to 999,999, and looks random: one number for each row and purpose.
create macro dice(i, purpose) as cast(hash(i, purpose) % 1000000 as integer);

create macro campaign_of(i) as cast(
    floor(power(dice(i, 'campaign') / 1e6, 2) * getvariable('campaigns')) as integer
);
create macro platform_of(campaign) as
    ['google_ads', 'google_ads', 'meta_ads', 'microsoft_ads', 'linkedin_ads'][1 + campaign % 5];
create macro account_of(campaign) as 'A' || campaign % 10;
create macro model_of(campaign) as
    ['ecommerce', 'ecommerce', 'lead_gen', 'lead_gen', 'mixed'][1 + campaign // 5 % 5];
create macro type_of(campaign) as
    ['gclid', 'gclid', 'fbclid', 'msclkid', 'li_fat_id'][1 + campaign % 5];
create macro currency_of(number) as if(number % 3 = 0, 'EUR', 'USD');

create macro clicked_at(i) as timestamp '2024-01-01' + to_microseconds(
    cast(i * (730 * 86400e6 / getvariable('clicks')) as bigint)
);
create macro click_id_of(i) as 'Cj0KCQjw' || replace(replace(replace(
    to_base64(unhex(md5(i::varchar) || left(md5(i || '+'), 14))), '/', '_'), '+', '-'
), '=', '');
-- Three clicks each, about a day apart.
create macro visitor_of(i) as
    'v' || (i // 30000 * 10000 + i % 10000);
create macro page_of(i) as 'https://shop.example/p/' || dice(i, 'page') % 2000;

create macro next_morning(moment) as date_trunc('day', moment) + interval 30 hours;
create macro arrival_of(i, moment) as case
    when moment >= getvariable('cut') + interval 2 day then 'never'
    when moment >= getvariable('cut') then 'today'
    when dice(i, 'arrival') >= 20000 then 'history'
    when moment < getvariable('cut') - interval 30 day then 'corrected'
    when dice(i, 'arrival') < 10000 then 'late'
    else 'restated'
end;
create macro delivered_at() as next_morning(getvariable('cut') + interval 1 day);
create macro loaded_at_of(arrival, moment) as
    if(arrival = 'late', delivered_at(), next_morning(moment));

create macro ad_clicks(first, past) as table
with numbered as (
    select i, campaign_of(i) as campaign, clicked_at(i) as clicked_at
    from range(first, past) as n(i)
)
select
    click_id_of(i) as click_id,
    type_of(campaign) as click_id_type,
    platform_of(campaign) as platform,
    account_of(campaign) as account_id,
    'C' || campaign as campaign_id,
    'G' || campaign || '.' || i % 5 as ad_group_id,
    'AD' || campaign || '.' || i % 25 as ad_id,
    if(campaign % 5 < 2, 'running shoes ' || dice(i, 'keyword') % 300, null) as keyword,
    clicked_at,
    page_of(i) || '?utm_source=ads&' || type_of(campaign) || '=' || click_id_of(i)
        as landing_page_url,
    visitor_of(i) as visitor_id,
    ['mobile', 'mobile', 'desktop', 'tablet'][1 + i % 4] as device,
    ['US', 'US', 'DE', 'GB'][1 + i // 4 % 4] as country_code,
    loaded_at_of(arrival_of(i, clicked_at), clicked_at) as loaded_at,
    arrival_of(i, clicked_at) as arrival
from numbered;

-- Five ad groups of each campaign, every day.
create macro ad_spend(first, past) as table
with numbered as (
    select
        i,
        cast(i // 5 % getvariable('campaigns') as integer) as campaign,
        date '2024-01-01' + cast(i // 5 // getvariable('campaigns') as integer) as spend_date
    from range(first, past) as n(i)
)
select
    platform_of(campaign) as platform,
    account_of(campaign) as account_id,
    'C' || campaign as campaign_id,
    'G' || campaign || '.' || i % 5 as ad_group_id,
    spend_date,
    cast(dice(i, 'cost') / 10000 as decimal(18, 2)) as cost,
    dice(i, 'impressions') % 5000 as impressions,
    dice(i, 'clicks') % 60 as clicks,
    cast(dice(i, 'claims') % 5 as double) as platform_conversions,
    cast(dice(i, 'claimed') % 50000 / 100 as double) as platform_conversion_value,
    loaded_at_of(arrival_of(i, spend_date::timestamp), spend_date::timestamp) as loaded_at,
    arrival_of(i, spend_date::timestamp) as arrival
from numbered;

-- One click in twenty buys, most within the hour; the ID of some is only in the URL, of
-- some only the visitor is known, and a few came without an ad.
create macro ordered(first, past) as table
with numbered as (
    select i, i * 20 + dice(i, 'click') % 20 as click
    from range(first, past) as n(i)
)
select
    *,
    campaign_of(click) as campaign,
    clicked_at(click) + to_seconds(
        if(dice(i, 'hour') < 600000, 60 + dice(i, 'lag') % 3600, dice(i, 'lag') * 4)
    ) as ordered_at,
    dice(i, 'trace') as trace,
    arrival_of(i, ordered_at) as arrival,
from numbered;

create macro orders(first, past) as table
select
    'O' || i as order_id,
    'B' || i % 1000000 as customer_id,
    'buyer.' || i % 1000000 || '@example.com' as email,
    ordered_at,
    currency_of(i) as currency_code,
    cast(if(i % 7 = 0, 5, 0) as decimal(18, 2)) as discount_amount,
    cast(dice(i, 'tax') / 100000 as decimal(18, 2)) as tax_amount,
    if(trace < 700000, click_id_of(click), null) as click_id,
    if(trace < 700000, type_of(campaign), null) as click_id_type,
    if(
        trace between 700000 and 849999,
        'https://shop.example/checkout?' || type_of(campaign) || '=' || click_id_of(click),
        'https://shop.example/checkout'
    ) as landing_page_url,
    if(trace between 850000 and 949999, visitor_of(click), null) as visitor_id,
    ['US', 'US', 'DE', 'GB'][1 + i % 4] as country_code,
    cast(if(i % 40 = 0 and ordered_at < getvariable('cut') - interval 2 day, ordered_at + interval 1 day, null) as timestamp)
        as cancelled_at,
    loaded_at_of(arrival, ordered_at) as loaded_at,
    arrival
from ordered(first, past);

create macro order_lines(first, past) as table
select
    'L' || i || '.' || line as order_line_id,
    'O' || i as order_id,
    'P' || dice(i, 'product') % 500 as product_id,
    1 + i % 3 as quantity,
    cast(5 + dice(i, 'price') % 10000 / 100 as decimal(18, 2)) as unit_price,
    cast(if(i % 11 = 0, 1, 0) as decimal(18, 2)) as discount_amount,
    cast(if(i % 10 = 0, null, 2 + dice(i, 'cost') % 400 / 100) as decimal(18, 2)) as unit_cost,
    loaded_at_of(arrival, ordered_at) as loaded_at,
    arrival
from ordered(first, past), range(2) as lines(line);

create macro refunds(first, past) as table
select
    'R' || i as refund_id,
    'O' || i as order_id,
    'L' || i || '.0' as order_line_id,
    ordered_at + interval 7 day as refunded_at,
    cast(3 + dice(i, 'refund') % 200 / 100 as decimal(18, 2)) as amount,
    cast(null as integer) as quantity,
    false as is_restocked,
    next_morning(refunded_at) as loaded_at,
    if(refunded_at < getvariable('cut'), 'history', arrival_of(i, refunded_at)) as arrival
from ordered(first, past)
where i % 20 = 3 and i % 40 <> 0;

create macro filled(first, past) as table
with numbered as (
    select i, i * 20 + dice(i, 'fill') % 20 as click
    from range(first, past) as n(i)
)
select
    *,
    campaign_of(click) as campaign,
    clicked_at(click) + to_seconds(30 + dice(i, 'wait') % 7200) as submitted_at,
    dice(i, 'trace') as trace,
    arrival_of(i, submitted_at) as arrival
from numbered;

create macro form_fills(first, past) as table
select
    'F' || i as form_fill_id,
    'quote' as form_name,
    submitted_at,
    if(trace < 700000, click_id_of(click), null) as click_id,
    if(trace < 700000, type_of(campaign), null) as click_id_type,
    if(
        trace between 700000 and 849999,
        'https://shop.example/quote?' || type_of(campaign) || '=' || click_id_of(click),
        'https://shop.example/quote'
    ) as page_url,
    if(trace between 850000 and 949999, visitor_of(click), null) as visitor_id,
    'lead.' || i || '@example.com' as email,
    ['b2b', 'b2c'][1 + i % 2] as customer_type,
    'US' as country_code,
    loaded_at_of(arrival, submitted_at) as loaded_at,
    arrival
from filled(first, past);

-- One form fill in four becomes a deal; a third of them is won, up to five months later.
create macro dealt(first, past) as table
select
    i // 4 as deal,
    'F' || i as form_fill_id,
    submitted_at + to_seconds(86400 + dice(i, 'create') % 600000) as created_at,
    cast(500 + dice(i, 'worth') / 50 as decimal(18, 2)) as amount,
    arrival_of(i // 4, created_at) as arrival,
    i
from filled(first, past)
where i % 4 = 1;

create macro crm_deals(first, past) as table
select
    'D' || deal as deal_id,
    form_fill_id,
    'direct' as pipeline,
    created_at,
    amount,
    currency_of(deal) as currency_code,
    'open' as stage,
    cast(0.4 as decimal(5, 2)) as gross_margin_rate,
    loaded_at_of(arrival, created_at) as loaded_at,
    arrival
from dealt(first, past);

create macro crm_deal_stage_changes(first, past) as table
select
    'D' || deal as deal_id,
    if(step = 1, 'qualified', ['won', 'lost', 'lost'][1 + deal % 3]) as stage,
    created_at + to_seconds(step * (86400 + dice(i, 'step') % 600 * 10000)) as changed_at,
    if(step = 2 and deal % 5 = 0, amount * 2, null) as amount,
    next_morning(changed_at) as loaded_at,
    if(changed_at < getvariable('cut'), 'history', arrival_of(i, changed_at)) as arrival
from dealt(first, past), range(1, 3) as steps(step);

create view ad_accounts as
select
    platform_of(campaign) as platform,
    account_of(campaign) as account_id,
    any_value(currency_of(campaign % 10)) as currency_code,
    any_value(['America/New_York', 'Europe/Berlin'][1 + campaign % 2]) as time_zone
from range(20) as n(campaign)
group by all;

create view campaigns as
select
    platform_of(campaign) as platform,
    account_of(campaign) as account_id,
    'C' || campaign as campaign_id,
    'Campaign ' || campaign as campaign_name,
    'search' as channel_type,
    model_of(campaign) as business_model,
    if(model_of(campaign) = 'mixed', 0.6, null) as ecommerce_spend_share
from range(getvariable('campaigns')) as n(campaign);

create view deal_stages as
select * from (values
    ('open', 1, false, false), ('qualified', 2, false, false),
    ('won', 3, true, false), ('lost', 4, false, true)
) as stages(stage, position, is_won, is_lost);

create view products as
select
    'P' || i as product_id,
    'Product ' || i as product_name,
    cast(if(i % 10 = 0, null, 3) as decimal(18, 2)) as unit_cost
from range(500) as n(i);

create view fx_rates as
select
    date '2023-12-31' + cast(i as integer) as rate_date,
    'EUR' as from_currency_code,
    'USD' as to_currency_code,
    cast(1.05 + i % 100 / 1000 as decimal(17, 4)) as rate
from range(760) as n(i);
