-- Unseen, a change of ROAS would have a rest that nobody explains: in money each part is
-- rounded already, in ROAS the parts are differences of steps that are rounded once.

select *
from {{ ref('roas_restatements') }}
where
    reported_value + later_orders_value + later_refunds_value + later_wins_value
    + later_deal_changes_value + moved_credit_value + restated_rows_value <> current_value
    or reported_spend + restated_spend <> current_spend
    or (
        reported_roas + later_orders_roas + later_refunds_roas + later_wins_roas
        + later_deal_changes_roas + restated_spend_roas + moved_credit_roas
        + restated_rows_roas <> current_roas
    )
    -- Both ROAS or no part.
    or (later_orders_roas is null) <> (reported_roas is null or current_roas is null)
    or (restated_rows_roas is null) <> (reported_roas is null or current_roas is null)
