with

orders as (

    select *
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test

),

form_fills as (

    select * from {{ ref('int_form_fills') }}

),

deals as (

    select *
    from {{ ref('int_deals_judged') }}
    where issue is null

),

deal_form_fills as (

    select * from {{ ref('int_deal_form_fills') }}

)

select
    'order' as conversion_type,
    order_id as conversion_id,
    'ecommerce' as business_line,
    cast(null as varchar) as customer_type,
    cast(null as varchar) as form_fill_id,
    utm_source,
    utm_medium,
    utm_campaign,
    click_id_type,
    click_id,
    url_click_id_type,
    url_click_id,
    cast(null as varchar) as form_click_id_type,
    cast(null as varchar) as form_click_id,
    cast(null as varchar) as form_url_click_id_type,
    cast(null as varchar) as form_url_click_id,
    visitor_id,
    ordered_at as anchor_at
from orders

union all

select
    'form_fill' as conversion_type,
    form_fill_id as conversion_id,
    'lead_gen' as business_line,
    customer_type,
    form_fill_id,
    utm_source,
    utm_medium,
    utm_campaign,
    click_id_type,
    click_id,
    url_click_id_type,
    url_click_id,
    cast(null as varchar) as form_click_id_type,
    cast(null as varchar) as form_click_id,
    cast(null as varchar) as form_url_click_id_type,
    cast(null as varchar) as form_url_click_id,
    visitor_id,
    submitted_at as anchor_at
from form_fills

union all

select
    'deal' as conversion_type,
    deals.deal_id as conversion_id,
    'lead_gen' as business_line,
    deals.customer_type,
    form_fills.form_fill_id,
    form_fills.utm_source,
    form_fills.utm_medium,
    form_fills.utm_campaign,
    deals.click_id_type,
    deals.click_id,
    cast(null as varchar) as url_click_id_type,
    cast(null as varchar) as url_click_id,
    form_fills.click_id_type as form_click_id_type,
    form_fills.click_id as form_click_id,
    form_fills.url_click_id_type as form_url_click_id_type,
    form_fills.url_click_id as form_url_click_id,
    form_fills.visitor_id,
    coalesce(form_fills.submitted_at, deals.created_at) as anchor_at
from deals
left join deal_form_fills on deals.deal_id = deal_form_fills.deal_id
left join form_fills on deal_form_fills.form_fill_id = form_fills.form_fill_id
