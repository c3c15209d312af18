-- Law 3, in counts. Unseen, a conversion that falls on two campaign days would count twice.

with

reported as (

    select
        coalesce(sum(ecommerce_order_count + ecommerce_cross_line_order_count), 0)
            as order_count,
        coalesce(sum(lead_gen_form_fill_count + lead_gen_cross_line_form_fill_count), 0)
            as form_fill_count,
        coalesce(sum(lead_gen_deal_count + lead_gen_cross_line_deal_count), 0) as deal_count
    from {{ ref('roas_by_campaign_day') }}

),

counted as (

    select
        coalesce(sum(case conversion_type when 'order' then 1 end), 0) as order_count,
        coalesce(sum(case conversion_type when 'form_fill' then 1 end), 0) as form_fill_count,
        coalesce(sum(case conversion_type when 'deal' then 1 end), 0) as deal_count
    from {{ ref('conversions') }}

)

select
    reported.order_count,
    reported.form_fill_count,
    reported.deal_count
from reported
inner join counted
    on
        reported.order_count <> counted.order_count
        or reported.form_fill_count <> counted.form_fill_count
        or reported.deal_count <> counted.deal_count
