with

weeks as (

    select
        *,
        {{ estimated_money('projected_value') }} as projected_money,
        {{ estimated_money('low_value') }} as low_money,
        {{ estimated_money('high_value') }} as high_money
    from {{ ref('int_campaign_weeks_projected') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

)

select
    weeks.business_line,
    weeks.platform,
    weeks.account_id,
    weeks.campaign_id,
    weeks.week_start_date,
    campaigns.campaign_name,
    case when weeks.projected_money is not null then weeks.method end as projection_method,
    cast(weeks.lived_days as integer) as lived_days,
    cast(weeks.spend as decimal(18, 2)) as spend,
    cast(weeks.observed_value as decimal(18, 2)) as observed_value,
    {{ ratio('weeks.observed_value', 'weeks.spend') }} as observed_roas,
    {{ estimated_rate('weeks.developed_share') }} as developed_share,
    weeks.projected_money as projected_value,
    weeks.low_money as low_value,
    weeks.high_money as high_value,
    {{ ratio('weeks.projected_money', 'weeks.spend') }} as projected_roas,
    {{ ratio('weeks.low_money', 'weeks.spend') }} as low_roas,
    {{ ratio('weeks.high_money', 'weeks.spend') }} as high_roas,
    coalesce(weeks.developed_share < 0.5, true) as is_too_young
from weeks
left join campaigns
    on
        weeks.platform = campaigns.platform
        and weeks.account_id = campaigns.account_id
        and weeks.campaign_id = campaigns.campaign_id
