{# Nothing happened before the firm can have had data, or after it was delivered. #}
{% import 'windows.sql' as windows with context %}
with

dated as (

    select
        {{ windows.day_of(event) }} as day,
        {{ windows.day_of('loaded_at') if has_loaded_at else windows.today_date() }} as loaded
    from {batch}

),

judged as (

    select
        '{{ table }}' as subject,
        case
            when day < date '{{ earliest_date }}' then 'before {{ earliest_date }}'
            when day > loaded then 'after its own delivery'
            {%- if is_told_today %}
            when day > {{ windows.today_date() }} then 'after the day of the check'
            {%- endif %}
            when loaded > {{ windows.today_date() }} + {{ max_lead_days }}
                then 'delivered after the day of the check'
        end as period,
        count(*) as found
    from dated
    group by period

)

select
    subject,
    period,
    found
from judged
where
    period is not null
    and found > {{ max_share }} * (select count(*) from {batch})
order by period
