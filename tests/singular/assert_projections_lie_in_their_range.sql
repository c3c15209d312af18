-- A range that leaves out its own estimate promises nothing; and where nothing can be
-- projected, nothing may look as if it were.
select *
from {{ ref('roas_projected_by_campaign_week') }}
where
    not coalesce(low_value <= projected_value and projected_value <= high_value, true)
    or (projected_value is null) <> (developed_share is null)
    or (projected_value is null) <> (low_value is null)
    or (projected_value is null) <> (high_value is null)
    or (projected_value is null) <> (projection_method is null)
