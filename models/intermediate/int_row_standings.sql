{% for table_name in layout_tables() -%}
select
    connectors.connector,
    '{{ table_name }}' as table_name,
    count(delivered.connector) as delivered_row_count,
    sum(case delivered.standing when 'superseded' then 1 else 0 end) as superseded_row_count,
    sum(case delivered.standing when 'rejected' then 1 else 0 end) as faulty_row_count
from ({{ connectors_in_use() }}) as connectors
left join ({{ union_connectors(table_name) }}) as delivered
    on connectors.connector = delivered.connector
group by connectors.connector
{{ 'union all' if not loop.last }}
{% endfor %}
