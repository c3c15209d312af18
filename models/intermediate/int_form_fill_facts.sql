with

form_fills as (

    select * from {{ ref('int_form_fills') }}

),

credits as (

    select *
    from {{ ref('int_conversion_clicks') }}
    where conversion_type = 'form_fill'

),

clicks as (

    select * from {{ ref('int_clicks_of_conversions') }}

)

select
    form_fills.form_fill_id,
    {{ reported_id('credits.platform') }} as platform,
    {{ reported_id('credits.account_id') }} as account_id,
    {{ reported_id('credits.campaign_id') }} as campaign_id,
    clicks.device,
    form_fills.form_name,
    form_fills.customer_type,
    coalesce(form_fills.country_code, clicks.country_code) as country_code,
    form_fills.email_domain_kind,
    cast(extract(hour from form_fills.submitted_at) as integer) as submitted_hour,
    cast(extract(isodow from form_fills.submitted_at) as integer) as submitted_weekday,
    form_fills.submitted_at,
    form_fills.known_at
from form_fills
left join credits on form_fills.form_fill_id = credits.conversion_id
left join clicks
    on
        credits.click_id_type = clicks.click_id_type
        and credits.click_id = clicks.click_id
