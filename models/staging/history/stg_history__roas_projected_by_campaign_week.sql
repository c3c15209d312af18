select
    as_of as reported_at,
    business_line,
    platform,
    account_id,
    campaign_id,
    week_start_date,
    lived_days,
    spend,
    observed_value,
    projected_value,
    low_value,
    high_value
from {{ source('history', 'roas_projected_by_campaign_week') }}
where {{ is_known('as_of') }}
