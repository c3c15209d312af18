-- Law 1, the other end. Unseen, a filter in staging would lose rows before they are counted.
-- A build as of a past day reads fewer rows than lie in the files, never more.

with

delivered as (

    {% for table_name in layout_tables() -%}
        select
            '{{ table_name }}' as table_name,
            count(*) as row_count
        from {{ source('raw', table_name) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    accounts.table_name,
    accounts.delivered_row_count,
    delivered.row_count
from {{ ref('raw_row_accounts') }} as accounts
inner join delivered on accounts.table_name = delivered.table_name
where
    accounts.connector = 'standard'
    and (
        accounts.delivered_row_count > delivered.row_count
        {% if not setting('as_of') -%}
            or accounts.delivered_row_count < delivered.row_count
        {%- endif %}
    )
