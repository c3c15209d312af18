-- Law 2. Unseen, a join on campaigns that multiplies rows would inflate the bill, and an
-- inner join would lose the spend of campaigns nobody listed.

with

sums as (

    select
        (select coalesce(sum(spend), 0) from {{ ref('roas_by_campaign_day') }}) as in_report,
        (select coalesce(sum(spend), 0) from {{ ref('roas_side_by_side') }}) as in_headline,
        (select coalesce(sum(spend), 0) from {{ ref('roas_by_event_month') }}) as in_cash_view,
        (
            select coalesce(sum(spend), 0)
            from {{ ref('int_spend_judged') }}
            where table_name = 'ad_spend' and issue is null
        ) as accepted

)

select *
from sums
where in_report <> accepted or in_headline <> accepted or in_cash_view <> accepted
