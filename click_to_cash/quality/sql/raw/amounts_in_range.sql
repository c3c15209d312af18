{# The middle one of recent amounts is of the size of those before. #}
{% import 'windows.sql' as windows with context %}
with

amounts as (

    select
        {{ windows.day_of(event) }} as day,
        abs(try_cast(trim({{ amount }}) as double)) as amount
    from {batch}

),

medians as (

    select
        median(amount) filter (day >= {{ windows.recent_start() }}) as recent,
        count(*) filter (day >= {{ windows.recent_start() }}) as recent_count,
        median(amount) filter (day < {{ windows.recent_start() }}) as before,
        count(*) filter (day < {{ windows.recent_start() }}) as before_count
    from amounts
    where
        amount > 0
        and day >= {{ windows.baseline_start() }}
        and day < {{ windows.today_date() }}

)

select
    '{{ table }}.{{ amount }}' as subject,
    round(recent, 2) as found,
    round(before, 2) as expected,
    recent_count as rows_judged
from medians
where
    recent_count >= {{ min_rows }}
    and before_count >= {{ min_rows }}
    and not recent / before between 1 / {{ max_times }} and {{ max_times }}
