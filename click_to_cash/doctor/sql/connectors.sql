{# One row per connector in use: how many of its raw tables were found. #}
with

in_use as (

    {% for connector in connectors -%}
        select
            {{ loop.index }} as position,
            '{{ connector }}' as connector
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

raw_tables as (

    select
        case schema_name
            when 'raw' then 'standard'
            else substr(schema_name, length('raw_') + 1)
        end as connector,
        count(*) as table_count,
        count(*) filter (schema_name = 'raw' and comment = '{}') as without_file_count
    from duckdb_views()
    where database_name = current_database()
    group by schema_name

),

missing as (

    select
        connector,
        count(*) as missing_count
    from raw._not_delivered
    where column_name is null
    group by connector

)

select
    in_use.position,
    in_use.connector,
    raw_tables.table_count,
    raw_tables.table_count
    - raw_tables.without_file_count
    - coalesce(missing.missing_count, 0) as found_table_count
from in_use
inner join raw_tables on in_use.connector = raw_tables.connector
left join missing on in_use.connector = missing.connector
order by in_use.position
