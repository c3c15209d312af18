{# No recent row says what another row says under another key. #}
{% import 'windows.sql' as windows with context %}
with

measured as (

    select
        count(distinct ({{ key | join(', ') }})) as key_count,
        max({{ windows.day_of(event or 'loaded_at') }}) as day
    from {batch}
    where {{ content | map('trim') | join(' is not null and ') }} is not null
    group by {{ content | join(', ') }}

),

judged as (

    select
        '{{ table }}' as subject,
        sum(key_count) as row_count,
        sum(key_count - 1) as hit_count
    from measured
    where day >= {{ windows.recent_start() }}

)

select
    subject,
    hit_count as found,
    round({{ max_share }} * row_count, 1) as expected
from judged
where hit_count > {{ max_share }} * row_count and hit_count >= {{ min_rows }}
