{# Settled days have the spend, clicks and value that the last publication gave them. #}
{% import 'windows.sql' as windows with context %}
{% set settled %}{{ windows.today_date() }} - {{ settled_days }}{% endset %}
with

days as (

    select
        platform || '/' || account_id as subject,
        coalesce(ours.spend, 0) <> coalesce(published.spend, 0)
        or coalesce(ours.recorded_clicks, 0) <> coalesce(published.recorded_clicks, 0)
            as is_changed
    from {batch} as ours
    full outer join published.marts.roas_by_campaign_day as published
        using (platform, account_id, campaign_id, click_date)
    where
        platform <> 'unattributed'
        and click_date < {{ settled }}

),

months as (

    select
        business_line || ' value of ' || strftime(month, '%Y-%m') as subject,
        sum(ours) as ours,
        sum(published) as published
    from (
        select
            business_line,
            date_trunc('month', occurred_at) as month,
            revenue as ours,
            0 as published
        from value_ledger
        where occurred_at < {{ settled }}
        union all
        select
            business_line,
            date_trunc('month', occurred_at) as month,
            0 as ours,
            revenue as published
        from published.marts.value_ledger
        where occurred_at < {{ settled }}
    ) as entries
    group by business_line, month

)

select
    subject || ', campaign days changed' as subject,
    count(*) filter (is_changed) as found,
    round({{ max_share }} * count(*), 1) as expected
from days
group by days.subject
having count(*) filter (is_changed) > greatest({{ max_share }} * count(*), {{ min_rows }})

union all

select
    subject,
    ours as found,
    published as expected
from months
where abs(ours - published) > {{ max_change }} * abs(published)
order by subject
