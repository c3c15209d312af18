-- Two connectors that tell the spend of one account, such as its loader's tables and the
-- standard layout beside them, bill each day twice. Keys need not show it: one of them may
-- tell ad groups and the other campaigns.

select
    platform,
    account_id,
    spend_date,
    count(distinct connector) as connector_count
from {{ ref('int_spend_judged') }}
where table_name = 'ad_spend' and issue is null
group by platform, account_id, spend_date
having count(distinct connector) > 1
