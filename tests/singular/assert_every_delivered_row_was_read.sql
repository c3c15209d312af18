-- Law 1, the other end. Unseen, a filter in staging would lose rows before they are counted.
-- A build as of a past day reads fewer rows than lie in the files, never more.

with

delivered as (

    {% for table_name in layout_tables() -%}
        select
            'standard' as connector,
            '{{ table_name }}' as table_name,
            count(*) as row_count
        from {{ source('raw', table_name) }}
        {% if connectors_of(table_name) -%}
            union all
            select
                connector,
                '{{ table_name }}' as table_name,
                count(*) as row_count
            from ({{ union_told(table_name) }}) as told
            group by connector
        {% endif -%}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    accounts.connector,
    accounts.table_name,
    accounts.delivered_row_count,
    delivered.row_count
from {{ ref('raw_row_accounts') }} as accounts
inner join delivered
    on
        accounts.connector = delivered.connector
        and accounts.table_name = delivered.table_name
where
    accounts.delivered_row_count > delivered.row_count
    {% if not setting('as_of') -%}
        or accounts.delivered_row_count < delivered.row_count
    {%- endif %}
