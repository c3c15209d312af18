{# No fault of rows became much more frequent, and none is frequent. #}
{% import 'windows.sql' as windows with context %}
with

counted as (

    select
        table_name || '.' || column_name || ' ' || issue as subject,
        cast(known_at as date) as day,
        sum(delivered_row_count) as row_count
    from {batch}
    group by subject, day

),

accounts as (

    select
        table_name,
        sum(delivered_row_count) as delivered_row_count
    from raw_row_accounts
    group by table_name

),

shares as (

    select
        counted.subject,
        sum(counted.row_count) as issue_count,
        any_value(accounts.delivered_row_count)
        * case
            when counted.subject like '% not_found' then {{ max_share_not_found }}
            else {{ max_share }}
        end as expected
    from counted
    inner join accounts
        on split_part(counted.subject, '.', 1) = accounts.table_name
    group by counted.subject

),

changes as (

    select *
    from (
        with {{ windows.changed_counts() }}
    ) as changed
    where found - expected >= {{ min_rows_more }}

)

select
    subject,
    period,
    found,
    expected
from changes

union all

select
    subject,
    'of all rows' as period,
    issue_count as found,
    round(expected, 1) as expected
from shares
where
    issue_count > expected
    and issue_count >= {{ min_rows_more }}
order by subject, period
