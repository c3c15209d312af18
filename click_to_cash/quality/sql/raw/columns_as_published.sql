{# Columns are as full as they were at the last publication, and no rows are gone. #}
{% import 'windows.sql' as windows with context %}
with

counted as (

    select
        count(*) as row_count,
        {%- for column in columns %}
        count({{ windows.filled(column) }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {batch}

),

delivered as (

    {% for column in columns -%}
    select
        '{{ column }}' as column_name,
        row_count,
        {{ column }} as filled_count
    from counted
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

compared as (

    select
        delivered.column_name,
        delivered.row_count,
        published.row_count as published_row_count,
        delivered.filled_count,
        published.filled_count as published_filled_count,
        coalesce(delivered.filled_count / nullif(delivered.row_count, 0), 0) as filled_share,
        published.filled_count / published.row_count as published_share
    from delivered
    inner join published.marts._published_columns as published
        on
            published.table_name = '{{ table }}'
            and published.column_name = delivered.column_name
    where published.row_count > 0

)

select
    '{{ table }}.' || column_name || ', share filled' as subject,
    round(filled_share, 3) as found,
    round(published_share, 3) as expected
from compared
where
    (
        abs(filled_share - published_share) > {{ max_change }}
        and published_row_count >= {{ min_rows }}
    )
    or (filled_count = 0 and published_filled_count >= {{ min_filled }})

union all

select distinct
    '{{ table }}, rows' as subject,
    row_count as found,
    published_row_count as expected
from compared
where
    (
        row_count < (1 - {{ max_loss }}) * published_row_count
        and published_row_count >= {{ min_rows }}
    )
    or row_count = 0
order by subject
