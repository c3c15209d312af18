select
    deal_id,
    stage,
    cast(period_number as integer) as period_number,
    cast({{ days_between('entered_at', 'left_at') }} as integer) as stage_days,
    entered_at,
    left_at
from {{ ref('int_deal_stage_periods') }}
