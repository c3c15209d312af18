-- A week that lost a cent of spend or value on its way to the projection would be projected
-- from something that no other report shows.
with

observation as (

    select observed_date from {{ ref('int_observation') }}

),

reported as (

    select
        'ecommerce' as business_line,
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('week', 'click_date') }} as date) as week_start_date,
        sum(ecommerce_spend) as spend,
        sum(ecommerce_net_revenue) as observed_value
    from {{ ref('roas_by_campaign_day') }}
    where platform <> 'unattributed'
    group by
        platform, account_id, campaign_id, {{ dbt.date_trunc('week', 'click_date') }}

    union all

    select
        'lead_gen' as business_line,
        platform,
        account_id,
        campaign_id,
        cast({{ dbt.date_trunc('week', 'click_date') }} as date) as week_start_date,
        sum(lead_gen_spend) as spend,
        sum(lead_gen_won_value) as observed_value
    from {{ ref('roas_by_campaign_day') }}
    where platform <> 'unattributed'
    group by
        platform, account_id, campaign_id, {{ dbt.date_trunc('week', 'click_date') }}

),

over as (

    select reported.*
    from reported
    cross join observation
    where
        {{ days_between('reported.week_start_date', 'observation.observed_date') }} >= 7

)

select
    coalesce(over.business_line, projected.business_line) as business_line,
    coalesce(over.campaign_id, projected.campaign_id) as campaign_id,
    coalesce(over.week_start_date, projected.week_start_date) as week_start_date,
    over.spend as reported_spend,
    projected.spend as projected_spend,
    over.observed_value as reported_value,
    projected.observed_value as projected_value
from over
full outer join {{ ref('roas_projected_by_campaign_week') }} as projected
    on
        over.business_line = projected.business_line
        and {{ same_campaign('over', 'projected', 'week_start_date') }}
where
    coalesce(over.spend, 0) <> coalesce(projected.spend, 0)
    or coalesce(over.observed_value, 0) <> coalesce(projected.observed_value, 0)
