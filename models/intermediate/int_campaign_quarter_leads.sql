with

credited as (

    select
        *,
        cast({{ dbt.date_trunc('quarter', 'click_date') }} as date) as quarter_start_date
    from {{ ref('int_conversion_clicks') }}
    where
        business_line = 'lead_gen'
        and match_status = 'matched'
        and not is_cross_line

),

leads as (

    select
        credited.platform,
        credited.account_id,
        credited.campaign_id,
        credited.quarter_start_date,
        sum(case when credited.conversion_type = 'form_fill' then 1 else 0 end)
            as form_fill_count,
        sum(case when deals.is_won then 1 else 0 end) as won_deal_count
    from credited
    left join {{ ref('int_deals_current') }} as deals
        on credited.conversion_type = 'deal' and credited.conversion_id = deals.deal_id
    group by
        credited.platform, credited.account_id, credited.campaign_id,
        credited.quarter_start_date

),

won as (

    select
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('quarter', 'click_date') }} as date) as quarter_start_date,
        sum(revenue) as won_value
    from {{ ref('int_credited_value') }}
    where business_line = 'lead_gen'
    group by
        platform, account_id, campaign_id, {{ dbt.date_trunc('quarter', 'click_date') }}

),

quarters as (

    select
        leads.*,
        coalesce(won.won_value, 0) as won_value
    from leads
    left join won on {{ same_campaign('leads', 'won', 'quarter_start_date') }}

),

expected as (

    select
        credited.platform,
        credited.account_id,
        credited.campaign_id,
        credited.quarter_start_date,
        sum(scores.expected_value) as expected_value
    from credited
    inner join {{ ref('int_lead_scores_used') }} as scores
        on
            credited.conversion_type = 'form_fill'
            and credited.conversion_id = scores.form_fill_id
    group by
        credited.platform, credited.account_id, credited.campaign_id,
        credited.quarter_start_date

)

select
    quarters.*,
    expected.expected_value
from quarters
left join expected on {{ same_campaign('quarters', 'expected', 'quarter_start_date') }}
