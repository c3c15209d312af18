{# Discounts are positive, but for a few; by the day of delivery. #}
{% import 'windows.sql' as windows with context %}
with

delivered as (

    select
        {{ windows.day_of('loaded_at') }} as day,
        try_cast(trim(discount_amount) as double) as discount_amount
    from {batch}

),

counted as (

    select
        count(*) as row_count,
        count(*) filter (discount_amount < 0) as hit_count,
        count(*) filter (day >= {{ windows.recent_start() }}) as recent_row_count,
        count(*) filter (discount_amount < 0 and day >= {{ windows.recent_start() }})
            as recent_hit_count
    from delivered
    where discount_amount <> 0

)

select
    '{{ table }}.discount_amount' as subject,
    hit_count as found,
    recent_hit_count as recent_found,
    row_count as rows_judged
from counted
where
    (hit_count > {{ max_share }} * row_count and hit_count >= {{ min_rows }})
    or (
        recent_hit_count > {{ max_share }} * recent_row_count
        and recent_hit_count >= {{ min_rows }}
    )
