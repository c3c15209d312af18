{# What an account costs a day stays within the range of the weeks before. #}
{% import 'windows.sql' as windows with context %}
with

days as (

    select
        platform || '/' || account_id as subject,
        {{ windows.day_of('spend_date') }} as day,
        sum(try_cast(trim(cost) as double)) as cost,
        count(*) as row_count
    from {batch}
    group by platform, account_id, day

),

baselines as (

    select
        subject,
        count(*) as day_count,
        max(cost) as highest,
        min(cost) as lowest
    from days
    where
        day >= {{ windows.baseline_start() }}
        and day < {{ windows.recent_start() }}
    group by subject
    having sum(cost) > 0

),

judged as (

    select
        days.subject,
        cast(days.day as varchar) as period,
        days.cost as found,
        case
            when days.cost > {{ max_times }} * baselines.highest then baselines.highest
            when days.cost < 0 then 0
        end as expected
    from days
    inner join baselines on days.subject = baselines.subject
    where
        days.day >= {{ windows.recent_start() }}
        and days.day <= {{ windows.today_date() }}
        and baselines.day_count >= {{ min_days }}

    union all

    -- An account that used to cost something every day and has gone silent.
    select
        baselines.subject,
        'silent since ' || cast(max(days.day) as varchar) as period,
        0 as found,
        any_value(baselines.lowest) as expected
    from baselines
    inner join days on baselines.subject = days.subject
    where
        baselines.day_count >= {{ regular_days }}
        and days.day <= {{ windows.today_date() }}
    group by baselines.subject
    having max(days.day) < {{ windows.today_date() }} - {{ max_silent_days }}

    union all

    -- A day that no account has, though there is a later one, and hardly any was missing.
    select
        'all accounts' as subject,
        cast(calendar.day as varchar) as period,
        0 as found,
        min(costs.cost) as expected
    from (
        select cast(unnest(range(
            {{ windows.recent_start() }}, (select max(day) from days), interval 1 day
        )) as date) as day
    ) as calendar
    cross join (
        select
            day,
            sum(cost) as cost,
            sum(row_count) as row_count
        from days
        where
            day >= {{ windows.baseline_start() }}
            and day < {{ windows.recent_start() }}
        group by day
        having sum(cost) > 0
    ) as costs
    where
        calendar.day < {{ windows.today_date() }}
        and calendar.day not in (select day from days where day is not null)
    group by calendar.day
    having
        count(*) >= {{ regular_days }}
        and sum(costs.row_count) >= {{ min_rows_per_day * baseline_days }}

)

select
    subject,
    period,
    round(found, 2) as found,
    round(expected, 2) as expected
from judged
where expected is not null
order by subject, period
