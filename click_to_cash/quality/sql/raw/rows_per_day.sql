{# Each recent day has about as many rows as the days of the weeks before. #}
{% import 'windows.sql' as windows with context %}
with

counted as (

    select
        '{{ table }}' as subject,
        {{ windows.day_of(event) }} as day,
        count(*) as row_count
    from {batch}
    group by day

),

{{ windows.changed_counts() }}
