with

form_fills as (

    select * from {{ ref('int_form_fills') }}

),

deals as (

    select
        deal_form_fills.form_fill_id,
        count(*) as deal_count,
        sum(case when deals_current.is_won then 1 else 0 end) as won_deal_count
    from {{ ref('int_deal_form_fills') }} as deal_form_fills
    inner join {{ ref('int_deals_current') }} as deals_current
        on deal_form_fills.deal_id = deals_current.deal_id
    group by deal_form_fills.form_fill_id

)

select
    form_fills.form_fill_id,
    form_fills.form_name,
    form_fills.visitor_id,
    form_fills.customer_type,
    form_fills.country_code,
    form_fills.consent_ad_user_data,
    form_fills.consent_ad_personalization,
    form_fills.utm_source,
    form_fills.utm_medium,
    form_fills.utm_campaign,
    cast(coalesce(deals.deal_count, 0) as bigint) as deal_count,
    cast(coalesce(deals.won_deal_count, 0) as bigint) as won_deal_count,
    form_fills.submitted_at,
    form_fills.known_at
from form_fills
left join deals on form_fills.form_fill_id = deals.form_fill_id
