select
    as_of as reported_at,
    platform,
    spend,
    ecommerce_spend,
    lead_gen_spend,
    unassigned_spend,
    month_start_date
from {{ source('history', 'int_spend_months') }}
where {{ is_known('as_of') }}
