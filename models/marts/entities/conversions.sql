with

conversions as (

    select * from {{ ref('int_conversions') }}

),

credit as (

    select * from {{ ref('int_conversion_clicks') }}

),

worth as (

    select
        conversion_type,
        conversion_id,
        sum(revenue) as revenue,
        sum(profit) as profit,
        sum(pipeline) as pipeline,
        sum(
            case
                when event_type in ('order_placed', 'order_refunded', 'order_cancelled')
                    then profit
                else 0
            end
        ) as cogs_covered_revenue
    from {{ ref('int_value_ledger') }}
    group by conversion_type, conversion_id

),

deals as (

    select * from {{ ref('int_deals_current') }}

)

select
    conversions.conversion_type,
    conversions.conversion_id,
    conversions.business_line,
    credit.match_status,
    credit.match_source,
    credit.match_reason,
    credit.click_id_type,
    credit.click_id,
    credit.platform,
    credit.account_id,
    credit.campaign_id,
    credit.ad_group_id,
    deals.stage,
    conversions.customer_type,
    conversions.form_fill_id,
    conversions.utm_source,
    conversions.utm_medium,
    conversions.utm_campaign,
    cast({{ days_between('credit.clicked_at', 'credit.anchor_at') }} as integer)
        as days_from_click,
    cast(
        case conversions.conversion_type when 'order' then worth.revenue end
        as decimal(18, 2)
    ) as net_revenue,
    cast(
        case when conversions.conversion_type <> 'form_fill' then worth.profit end
        as decimal(18, 2)
    ) as profit,
    cast(
        case conversions.conversion_type when 'order' then worth.cogs_covered_revenue end
        as decimal(18, 2)
    ) as cogs_covered_revenue,
    cast(
        case conversions.conversion_type when 'deal' then worth.revenue end
        as decimal(18, 2)
    ) as won_value,
    cast(
        case conversions.conversion_type when 'deal' then worth.pipeline end
        as decimal(18, 2)
    ) as open_pipeline,
    deals.is_won,
    credit.is_cross_line,
    credit.click_date,
    credit.clicked_at,
    conversions.anchor_at
from conversions
left join credit
    on
        conversions.conversion_type = credit.conversion_type
        and conversions.conversion_id = credit.conversion_id
left join worth
    on
        conversions.conversion_type = worth.conversion_type
        and conversions.conversion_id = worth.conversion_id
left join deals
    on
        conversions.conversion_type = 'deal'
        and conversions.conversion_id = deals.deal_id
