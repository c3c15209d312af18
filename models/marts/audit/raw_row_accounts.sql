with

tables as (

    {% for connector in setting('connectors').split(',') -%}
    {% set last_connector = loop.last -%}
    {% for table_name in layout_tables() -%}
    select
        '{{ connector | trim }}' as connector,
        '{{ table_name }}' as table_name
    {{ 'union all' if not (last_connector and loop.last) }}
    {% endfor -%}
    {% endfor %}

),

standings as (

    {% for table_name in layout_tables() -%}
    select
        connector,
        '{{ table_name }}' as table_name,
        standing,
        count(*) as row_count
    from ({{ union_connectors(table_name) }}) as delivered
    group by connector, standing
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

rejections as (

    select
        connector,
        table_name,
        count(*) as row_count
    from {{ ref('int_row_rejections') }}
    group by connector, table_name

),

counted as (

    select
        tables.connector,
        tables.table_name,
        coalesce(sum(standings.row_count), 0) as delivered_row_count,
        coalesce(sum(case standings.standing when 'in_force' then standings.row_count end), 0)
            as in_force_row_count,
        coalesce(sum(
            case standings.standing when 'superseded' then standings.row_count end
        ), 0) as superseded_row_count,
        coalesce(sum(case standings.standing when 'rejected' then standings.row_count end), 0)
            as own_fault_row_count
    from tables
    left join standings
        on
            tables.connector = standings.connector
            and tables.table_name = standings.table_name
    group by tables.connector, tables.table_name

)

select
    counted.connector,
    counted.table_name,
    cast(counted.delivered_row_count as bigint) as delivered_row_count,
    cast(counted.in_force_row_count - coalesce(rejections.row_count, 0) as bigint)
        as accepted_row_count,
    cast(counted.superseded_row_count as bigint) as superseded_row_count,
    cast(counted.own_fault_row_count + coalesce(rejections.row_count, 0) as bigint)
        as rejected_row_count
from counted
left join rejections
    on
        counted.connector = rejections.connector
        and counted.table_name = rejections.table_name
