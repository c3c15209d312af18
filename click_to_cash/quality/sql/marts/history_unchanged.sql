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

entries as (

    select
        business_line,
        match_status,
        occurred_at,
        known_at,
        revenue as ours,
        0 as published
    from value_ledger

    union all

    select
        business_line,
        match_status,
        occurred_at,
        known_at,
        0 as ours,
        revenue as published
    from published.marts.value_ledger

),

-- The same value by three measures: when it came about, with a click, when it was known.
values_by_month as (

    {% for measure, time, condition in [
        ('value of', 'occurred_at', 'true'),
        ('value with a click of', 'occurred_at', "match_status = 'matched'"),
        ('value known in', 'known_at', 'true'),
    ] -%}
    select
        business_line || ' {{ measure }} ' || strftime({{ time }}, '%Y-%m') as subject,
        ours,
        published
    from entries
    where {{ time }} < {{ settled }} and {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

months as (

    select
        subject,
        sum(ours) as ours,
        sum(published) as published
    from values_by_month
    group by subject

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
