{#
    The two windows that every comparison over time uses, and its judgements. `today` is
    the day of the check and in neither window, for it is hardly ever complete: the recent
    days end the day before, and the baseline ends the day before those.
#}
{% macro today_date() %}date '{{ today }}'{% endmacro %}

{% macro recent_start() %}({{ today_date() }} - {{ recent_days }}){% endmacro %}

{% macro baseline_start() %}({{ recent_start() }} - {{ baseline_days }}){% endmacro %}

{# The day of a raw text that holds a date or a time; null where it cannot be read. #}
{% macro day_of(text) %}try_cast(try_cast(trim({{ text }}) as timestamp) as date){% endmacro %}

{# A delivered text without white space around it; blank is null. #}
{% macro filled(text) %}nullif(trim({{ text }}), ''){% endmacro %}

{#
    Judges CTE `measured` (subject, day, is_hit: one row per thing counted): is the share of
    hits of the recent days another than that of the baseline? A test of two proportions,
    so that few rows raise no alarm and many raise one for a small change; `min_change`
    keeps changes that are sure but too small to matter from raising any. Where none is
    left at all, `max_chance_of_none` says how unlikely that must have been.
#}
{% macro changed_shares() %}
windowed as (

    select
        subject,
        day >= {{ recent_start() }} as is_recent,
        count(*) as row_count,
        count(*) filter (is_hit) as hit_count
    from measured
    where day >= {{ baseline_start() }} and day < {{ today_date() }}
    group by subject, is_recent

),

compared as (

    select
        recent.subject,
        recent.row_count,
        recent.hit_count,
        recent.hit_count / recent.row_count as found,
        baseline.hit_count / baseline.row_count as expected,
        (recent.hit_count + baseline.hit_count + 1)
        / (recent.row_count + baseline.row_count + 2) as pooled,
        sqrt(
            pooled * (1 - pooled) * (1 / recent.row_count + 1 / baseline.row_count)
        ) as deviation
    from windowed as recent
    inner join windowed as baseline
        on
            recent.subject = baseline.subject
            and recent.is_recent
            and not baseline.is_recent
    where baseline.row_count >= {{ min_rows }}

)

select
    subject,
    round(found, 3) as found,
    round(expected, 3) as expected,
    row_count as rows_judged
from compared
where
    abs(found - expected) > {{ min_change }}
    and (
        abs(found - expected) > {{ max_deviations }} * deviation
        or (
            hit_count = 0
            and pow(1 - expected, row_count) < {{ max_chance_of_none | default(0) }}
        )
    )
order by subject
{% endmacro %}

{#
    Judges CTE `counted` (subject, day, row_count) day by day and as a whole: do the recent
    days have as many rows as the baseline lets one expect? Counts are compared by their
    roots, whose spread does not depend on their size; the spread is that of the baseline,
    but never below that of chance.
#}
{% macro changed_counts() %}
days as (

    select cast(unnest(range(
        {{ baseline_start() }}, {{ today_date() }}, interval 1 day
    )) as date) as day

),

filled as (

    select
        subjects.subject,
        days.day,
        coalesce(counted.row_count, 0) as row_count,
        2 * sqrt(coalesce(counted.row_count, 0) + 0.375) as root,
        days.day >= {{ recent_start() }} as is_recent
    from (select distinct subject from counted) as subjects
    cross join days
    left join counted
        on subjects.subject = counted.subject and days.day = counted.day

),

baselines as (

    select
        subject,
        avg(row_count) as expected,
        avg(root) as root,
        greatest(stddev_samp(root), 1) as deviation
    from filled
    where not is_recent
    group by subject
    having sum(row_count) >= {{ min_rows }}

),

judged as (

    select
        filled.subject,
        cast(filled.day as varchar) as period,
        filled.row_count as found,
        baselines.expected,
        (filled.root - baselines.root) / baselines.deviation as deviations
    from filled
    inner join baselines on filled.subject = baselines.subject
    where filled.is_recent

    union all

    select
        filled.subject,
        '{{ recent_days }} days' as period,
        avg(filled.row_count) as found,
        any_value(baselines.expected) as expected,
        (avg(filled.root) - any_value(baselines.root))
        / any_value(baselines.deviation)
        / sqrt(1 / {{ recent_days }} + 1 / {{ baseline_days }}) as deviations
    from filled
    inner join baselines on filled.subject = baselines.subject
    where filled.is_recent
    group by filled.subject

)

select
    subject,
    period,
    round(found, 1) as found,
    round(expected, 1) as expected,
    round(deviations, 1) as deviations
from judged
where abs(deviations) > {{ max_deviations }}
order by subject, period
{% endmacro %}
