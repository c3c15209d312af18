{# One row per connector, table, column and fault for which raw rows count for nothing.
   A value is shown by its form alone, letters as a and digits as 9: never as it is. #}
with

faults as (

    {% for table in tables -%}
        select
            connector,
            '{{ table.name }}' as table_name,
            own_issue_column as column_name,
            own_issue as issue,
            case
                when own_issue_column not in ('email', 'phone') then own_issue_value
            end as raw_value,
            delivered_row_count
        from staged.{{ table.name }}
        where standing = 'rejected'
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

formed as (

    select
        * exclude (raw_value),
        left(
            regexp_replace(
                regexp_replace(
                    regexp_replace(raw_value, '\p{Lu}', 'A', 'g'),
                    '[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]', 'a', 'g'
                ),
                '\p{N}', '9', 'g'
            ),
            24
        ) as value_form
    from faults

),

counted as (

    select
        connector,
        table_name,
        column_name,
        issue,
        value_form,
        sum(delivered_row_count) as row_count
    from formed
    group by connector, table_name, column_name, issue, value_form

)

select
    connector,
    table_name,
    column_name,
    issue,
    cast(sum(row_count) as bigint) as row_count,
    arg_max(value_form, (row_count, value_form)) as value_form
from counted
group by connector, table_name, column_name, issue
order by row_count desc, connector, table_name, column_name, issue
