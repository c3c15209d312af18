-- Rule 13. Unseen, revenue from before a click, or from long after it, would be credited.

select
    conversion_type,
    conversion_id,
    clicked_at,
    anchor_at
from {{ ref('conversions') }}
where
    match_status = 'matched'
    and (
        clicked_at > anchor_at
        or anchor_at > {{ plus_days('clicked_at', setting('click_window_days')) }}
    )
