{# Values of a column are of its type, but for a few; by the day of delivery. #}
{% import 'windows.sql' as windows with context %}
with

delivered as (

    select
        coalesce(
            {{ windows.day_of('loaded_at') if has_loaded_at else 'null' }},
            {{ windows.day_of(event) if event else windows.today_date() ~ ' - 1' }}
        ) as day,
        {%- for column, type in typed_columns.items() %}
        {{ windows.filled(column) }} is not null as has_{{ column }},
        try_cast({{ windows.filled(column) }} as {{ type }}) is not null as is_{{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {batch}

),

rows as (

    select
        count(*) as row_count,
        count(*) filter (day >= {{ windows.recent_start() }}) as recent_row_count
    from delivered

),

measured as (

    {% for column in typed_columns -%}
    select
        '{{ table }}.{{ column }}' as subject,
        count(*) as filled_count,
        count(*) filter (not is_{{ column }}) as hit_count,
        count(*) filter (day >= {{ windows.recent_start() }}) as recent_filled_count,
        count(*) filter (not is_{{ column }} and day >= {{ windows.recent_start() }})
            as recent_hit_count
    from delivered
    where has_{{ column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

windowed as (

    select
        subject,
        'all rows' as period,
        hit_count,
        filled_count,
        row_count
    from measured
    cross join rows

    union all

    select
        subject,
        'recent rows' as period,
        recent_hit_count as hit_count,
        recent_filled_count as filled_count,
        recent_row_count as row_count
    from measured
    cross join rows

)

select
    subject,
    period,
    hit_count as found,
    floor(least({{ max_share }} * row_count, {{ max_filled_share }} * filled_count))
        as expected
from windowed
where
    hit_count >= {{ min_rows }}
    and (
        hit_count > {{ max_share }} * row_count
        or hit_count > {{ max_filled_share }} * filled_count
    )
order by subject, period
