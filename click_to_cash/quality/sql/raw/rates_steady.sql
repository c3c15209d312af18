{# No rate of a pair is far from the one before it. #}
{% import 'windows.sql' as windows with context %}
with

rates as (

    select
        upper(trim(from_currency_code)) || '/' || upper(trim(to_currency_code)) as pair,
        {{ windows.day_of(event) }} as day,
        max(try_cast(trim(rate) as double)) as rate
    from {batch}
    group by pair, day

),

lagged as (

    select
        *,
        lag(rate) over (partition by pair order by day) as rate_before
    from rates
    where rate > 0 and day is not null

)

select
    pair as subject,
    cast(day as varchar) as period,
    rate as found,
    rate_before as expected
from lagged
where
    day >= {{ windows.recent_start() }}
    and not rate / rate_before between 1 - {{ max_change }} and 1 + {{ max_change }}
order by pair, day
