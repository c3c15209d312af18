with

product_campaigns as (

    select distinct
        platform,
        account_id,
        campaign_id
    from {{ ref('int_product_spend') }}

),

credit as (

    select *
    from {{ ref('int_conversion_clicks') }}
    where conversion_type = 'order'

),

-- Only orders credited to campaigns that report cost by product are asked for by product.
entries as (

    select entries.*
    from {{ ref('int_order_entries') }} as entries
    inner join credit on entries.order_id = credit.conversion_id
    inner join product_campaigns
        on
            credit.platform = product_campaigns.platform
            and credit.account_id = product_campaigns.account_id
            and credit.campaign_id = product_campaigns.campaign_id

),

lines as (

    select * from {{ ref('int_order_lines') }}

),

returned as (

    select
        order_line_id,
        sum(returned_cost_original) as returned_cost_original
    from {{ ref('int_refunds_booked') }}
    group by order_line_id

),

-- Each line's weight in what is shared: revenue by net price, profit by net price of the
-- covered lines, cost by the line's own cost that is still out.
weighed as (

    select
        entries.entry_id,
        entries.order_id,
        entries.event_type,
        entries.revenue,
        entries.profit,
        lines.order_line_id,
        lines.product_id,
        lines.net_price_original as revenue_weight,
        case
            when entries.event_type = 'cost_booked' then coalesce(lines.cost_original, 0)
            when entries.event_type = 'cost_returned'
                then
                    coalesce(lines.cost_original, 0)
                    - coalesce(returned.returned_cost_original, 0)
            when lines.is_covered then lines.net_price_original
            else 0
        end as profit_weight
    from entries
    left join lines
        on
            entries.order_id = lines.order_id
            and coalesce(entries.order_line_id, lines.order_line_id) = lines.order_line_id
    left join returned on lines.order_line_id = returned.order_line_id

)

select *
from weighed
