select
    as_of as reported_at,
    entry_id,
    business_line,
    event_type,
    match_status,
    platform,
    revenue,
    profit,
    is_cross_line,
    month_start_date,
    known_at
from {{ source('history', 'int_entries_placed') }}
where {{ is_known('as_of') }}
