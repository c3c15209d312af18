{# The platforms' clicks and conversions stand to ours as they did before. #}
{% import 'windows.sql' as windows with context %}
with

windowed as (

    select
        platform,
        click_date >= {{ windows.recent_start() }} as is_recent,
        sum(platform_clicks) as platform_clicks,
        sum(recorded_clicks) as recorded_clicks,
        sum(platform_conversions) as platform_conversions,
        sum(credited_conversion_count) as credited_conversion_count
    from {batch}
    where
        click_date >= {{ windows.baseline_start() }}
        and click_date < {{ windows.today_date() }}
    group by platform, is_recent

),

measured as (

    select
        platform || ' clicks recorded' as subject,
        is_recent,
        recorded_clicks as counted,
        platform_clicks as compared_with
    from windowed

    union all

    select
        platform || ' conversions claimed' as subject,
        is_recent,
        platform_conversions as counted,
        credited_conversion_count as compared_with
    from windowed

),

judged as (

    select
        recent.subject,
        recent.counted as found,
        recent.compared_with * before.counted / before.compared_with as expected,
        2 * abs(sqrt(found + 0.375) - sqrt(expected + 0.375)) as deviations
    from measured as recent
    inner join measured as before
        on
            recent.subject = before.subject
            and recent.is_recent
            and not before.is_recent
    where before.counted >= {{ min_rows }} and before.compared_with >= {{ min_rows }}

)

select
    subject,
    round(found, 1) as found,
    round(expected, 1) as expected,
    round(deviations, 1) as deviations
from judged
where
    deviations > {{ max_deviations }}
    and not found / expected between 1 - {{ min_change }} and 1 + {{ min_change }}
order by subject
