with

conversions as (

    select * from {{ ref('int_conversions') }}

),

clicks as (

    select * from {{ ref('int_clicks_of_conversions') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

-- The first valid ID wins; without one the first ID present tells why.
by_id as (

    select
        *,
        row_number() over (
            partition by conversion_type, conversion_id
            order by
                case when match_reason is null then 0 else 1 end,
                turn
        ) as choice_of_conversion
    from {{ ref('int_click_candidates_judged') }}

),

-- The visitor's clicks are asked last: many rows per conversion, of which the latest counts.
by_visitor as (

    select
        conversions.conversion_type,
        conversions.conversion_id,
        clicks.click_id_type,
        clicks.click_id,
        row_number() over (
            partition by conversions.conversion_type, conversions.conversion_id
            order by
                clicks.clicked_at desc,
                {{ click_id_rank('clicks.click_id_type') }},
                clicks.click_id_type,
                clicks.click_id
        ) as choice
    from conversions
    inner join clicks
        on
            conversions.visitor_id = clicks.visitor_id
            and conversions.anchor_at >= clicks.clicked_at
            and conversions.anchor_at
            <= {{ plus_days('clicks.clicked_at', setting('click_window_days')) }}

),

matched as (

    select
        conversions.conversion_type,
        conversions.conversion_id,
        conversions.business_line,
        conversions.anchor_at,
        case
            when by_id.click_id is not null and by_id.match_reason is null
                then by_id.match_source
            when by_visitor.click_id is not null then 'visitor'
        end as match_source,
        coalesce(by_id.match_reason, 'no_click_id') as failed_reason,
        case when by_id.match_reason is null then by_id.click_id_type end as id_click_id_type,
        case when by_id.match_reason is null then by_id.click_id end as id_click_id,
        by_visitor.click_id_type as visitor_click_id_type,
        by_visitor.click_id as visitor_click_id
    from conversions
    left join by_id
        on
            conversions.conversion_type = by_id.conversion_type
            and conversions.conversion_id = by_id.conversion_id
            and by_id.choice_of_conversion = 1
    left join by_visitor
        on
            conversions.conversion_type = by_visitor.conversion_type
            and conversions.conversion_id = by_visitor.conversion_id
            and by_visitor.choice = 1

)

select
    matched.conversion_type,
    matched.conversion_id,
    matched.business_line,
    case when matched.match_source is null then 'unattributed' else 'matched' end
        as match_status,
    matched.match_source,
    case when matched.match_source is null then matched.failed_reason end as match_reason,
    clicks.click_id_type,
    clicks.click_id,
    clicks.platform,
    clicks.account_id,
    clicks.campaign_id,
    clicks.ad_group_id,
    clicks.click_id is not null and coalesce(
        case matched.business_line
            when 'ecommerce' then campaigns.ecommerce_spend_share = 0
            else campaigns.ecommerce_spend_share = 1
        end, true
    ) as is_cross_line,
    clicks.click_date,
    clicks.clicked_at,
    matched.anchor_at
from matched
left join clicks
    on
        coalesce(matched.id_click_id_type, matched.visitor_click_id_type) = clicks.click_id_type
        and coalesce(matched.id_click_id, matched.visitor_click_id) = clicks.click_id
left join campaigns
    on
        clicks.platform = campaigns.platform
        and clicks.account_id = campaigns.account_id
        and clicks.campaign_id = campaigns.campaign_id
