{# One row per optional table or column that was not delivered; a whole table has no column. #}
with

-- The comment names the columns of the file; of no file it is an empty list.
layout as (

    select
        view_name as table_name,
        comment as delivered
    from duckdb_views()
    where
        database_name = current_database()
        and schema_name = 'raw'
        and 'standard' in (select connector from doctor.connectors)

),

layout_columns as (

    {% for table in tables -%}
        {% for column in table.columns -%}
            select
                '{{ table.name }}' as table_name,
                '{{ column }}' as column_name
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    connector,
    table_name,
    column_name
from raw._not_delivered

union all

select
    'standard' as connector,
    table_name,
    null as column_name
from layout
where delivered = '{}'

union all

select
    'standard' as connector,
    layout.table_name,
    layout_columns.column_name
from layout
inner join layout_columns on layout.table_name = layout_columns.table_name
where
    layout.delivered <> '{}'
    and not contains(layout.delivered, '''' || layout_columns.column_name || ''': ')
order by connector, table_name, column_name nulls first
