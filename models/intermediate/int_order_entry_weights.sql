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

joined as (

    select
        entries.entry_id,
        entries.order_id,
        entries.event_type,
        entries.revenue,
        entries.profit,
        entries.order_line_id is null and entries.event_type = 'cost_returned'
            as is_cost_of_cancellation,
        lines.order_line_id,
        lines.product_id,
        lines.net_price_original,
        coalesce(lines.cost_original, 0) as cost_original,
        case when lines.is_covered then 1 else 0 end as covered_count,
        case when lines.is_covered then lines.net_price_original else 0 end
            as covered_net_price_original
    from entries
    left join lines
        on
            entries.order_id = lines.order_id
            and coalesce(entries.order_line_id, lines.order_line_id) = lines.order_line_id

),

-- Each line's weight in what is shared: revenue by net price, profit by net price of the
-- covered lines (equally among them if that is 0), cost by the line's own cost.
weighed as (

    select
        *,
        net_price_original as revenue_weight,
        case
            when event_type = 'cost_booked' then cost_original
            when sum(covered_net_price_original) over (partition by entry_id) = 0
                then covered_count
            else covered_net_price_original
        end as profit_weight
    from joined

)

select *
from weighed
