-- Unseen, a join that drops a side would leave a part of the change unexplained, and the
-- report would tell another present than the headline.

with

restatements as (

    select * from {{ ref('roas_restatements') }}

),

reports as (

    select reported_at
    from {{ ref('int_reports_kept') }}

),

headline as (

    select
        month_start_date,
        platform,
        'ecommerce' as business_line,
        ecommerce_net_revenue as value,
        ecommerce_spend as spend,
        ecommerce_roas as roas
    from {{ ref('roas_side_by_side') }}
    union all
    select
        month_start_date,
        platform,
        'lead_gen' as business_line,
        lead_gen_won_value as value,
        lead_gen_spend as spend,
        lead_gen_roas as roas
    from {{ ref('roas_side_by_side') }}

),

-- Whatever stands in the headline of a month stands in each of its restatements.
expected as (

    select
        headline.*,
        reports.reported_at
    from headline
    inner join reports on headline.month_start_date < reports.reported_at

)

select
    expected.*,
    restatements.*
from expected
full outer join restatements
    on
        expected.reported_at = restatements.reported_at
        and expected.month_start_date = restatements.month_start_date
        and expected.platform = restatements.platform
        and expected.business_line = restatements.business_line
where
    coalesce(expected.value, 0) <> coalesce(restatements.current_value, 0)
    or coalesce(expected.spend, 0) <> coalesce(restatements.current_spend, 0)
    or (
        restatements.reported_at is not null
        and expected.roas is distinct from restatements.current_roas
    )
