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

measured as (

    {% for column in typed_columns -%}
    select
        '{{ table }}.{{ column }}' as subject,
        count(*) as row_count,
        count(*) filter (not is_{{ column }}) as hit_count,
        count(*) filter (day >= {{ windows.recent_start() }}) as recent_row_count,
        count(*) filter (not is_{{ column }} and day >= {{ windows.recent_start() }})
            as recent_hit_count
    from delivered
    where has_{{ column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    subject,
    round(greatest(hit_count / row_count, recent_hit_count / recent_row_count), 3) as found,
    {{ max_share }} as expected,
    hit_count as rows_found
from measured
where
    (hit_count > {{ max_share }} * row_count and hit_count >= {{ min_rows }})
    or (
        recent_hit_count > {{ max_share }} * recent_row_count
        and recent_hit_count >= {{ min_rows }}
    )
order by subject
