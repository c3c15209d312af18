with

known as (

    select
        cast(known_at as date) as known_date,
        1 as row_count,
        known_at as newest_known_at
    from {{ ref('int_value_ledger') }}
    union all
    select
        known_date,
        click_count as row_count,
        newest_known_at
    from {{ ref('int_click_days') }}
    union all
    select
        cast(known_at as date) as known_date,
        1 as row_count,
        known_at as newest_known_at
    from {{ ref('int_spend') }}

),

days as (

    select
        known_date,
        sum(row_count) as row_count,
        max(newest_known_at) as newest_known_at
    from known
    where known_date is not null
    group by known_date

),

counted as (

    select
        *,
        sum(row_count) over (order by known_date rows unbounded preceding) as rows_so_far,
        sum(row_count) over () as all_rows
    from days

),

-- One wrong year in a date would make every young week look as old as that.
bulk as (

    select min(known_date) as bulk_date
    from counted
    where rows_so_far >= 0.999 * all_rows

),

newest as (

    select
        coalesce(
            cast({{ as_of_timestamp() if setting('as_of') else 'null' }} as timestamp),
            max(counted.newest_known_at)
        ) as observed_at
    from bulk
    left join counted
        on {{ days_between('bulk.bulk_date', 'counted.known_date') }} <= 90

)

select
    observed_at,
    cast(observed_at as date) as observed_date
from newest
