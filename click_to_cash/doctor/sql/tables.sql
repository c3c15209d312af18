{# One row per connector and table of the layout that it gives: rows, newest day, click IDs. #}
with

counted as (

    {% for table in tables -%}
        select
            {{ loop.index }} as position,
            '{{ table.name }}' as table_name,
            connector,
            sum(delivered_row_count) as row_count,
            sum(delivered_row_count) filter (standing = 'in_force') as in_force_row_count,
            sum(delivered_row_count) filter (standing = 'superseded')
                as superseded_row_count,
            sum(delivered_row_count) filter (standing = 'rejected') as rejected_row_count,
            {% if table.event -%}
                max(cast({{ table.event }} as date)) filter (standing = 'in_force')
            {%- else -%}
                cast(null as date)
            {%- endif %} as newest_date,
            {% if table.name in carriers -%}
                count(*) filter (
                    standing = 'in_force'
                    and (
                        click_id is not null
                        {%- if carriers[table.name] %}
                        or regexp_matches(
                            {{ carriers[table.name] }},
                            '[?&]({{ click_id_types | join("|") }})=[^&#{]',
                            'i'
                        )
                        {%- endif %}
                    )
                )
            {%- else -%}
                cast(null as bigint)
            {%- endif %} as click_id_row_count
        from staged.{{ table.name }}
        group by connector
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

layout as (

    {% for table in tables -%}
        select
            {{ loop.index }} as position,
            '{{ table.name }}' as table_name,
            {{ 'true' if table.name in carriers else 'false' }} as is_carrier
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- A table of a connector is a model of its own, both shapes of a product have the same; of
-- the standard layout it is a file.
given as (

    select
        connectors.connector,
        connectors.position as connector_position,
        layout.*
    from doctor.connectors
    cross join layout
    where
        (connectors.connector, layout.table_name) not in (
            select (missing.connector, missing.table_name)
            from doctor.missing
            where missing.connector = 'standard' and missing.column_name is null
        )
        and 'stg_' || regexp_replace(connectors.connector, '_gql$', '') || '__'
        || layout.table_name in (
            select tables.table_name
            from information_schema.tables
            where tables.table_schema = 'staging'
        )

)

select
    given.connector,
    given.table_name,
    cast(coalesce(counted.row_count, 0) as bigint) as row_count,
    cast(coalesce(counted.in_force_row_count, 0) as bigint) as in_force_row_count,
    cast(coalesce(counted.superseded_row_count, 0) as bigint) as superseded_row_count,
    cast(coalesce(counted.rejected_row_count, 0) as bigint) as rejected_row_count,
    case when given.is_carrier then coalesce(counted.click_id_row_count, 0) end
        as click_id_row_count,
    round(counted.click_id_row_count / nullif(counted.in_force_row_count, 0), 4)
        as click_id_rate,
    counted.newest_date
from given
left join counted
    on given.connector = counted.connector and given.table_name = counted.table_name
order by given.connector_position, given.position
