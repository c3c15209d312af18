-- Law 8. Unseen, an address in a landing page's parameters would reach every BI user.

select
    'landing_page_url' as column_name,
    landing_page_url as held
from {{ ref('clicks') }}
where landing_page_url like '%@%' or lower(landing_page_url) like '%\%40%' escape '\'
union all
select
    'utm' as column_name,
    coalesce(utm_source, '') || coalesce(utm_medium, '') || coalesce(utm_campaign, '') as held
from {{ ref('conversions') }}
where
    coalesce(utm_source, '') || coalesce(utm_medium, '') || coalesce(utm_campaign, '')
    like '%@%'
union all
select
    'raw_value' as column_name,
    raw_value as held
from {{ ref('data_issues') }}
where raw_value like '%@%'
