with

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

)

{% for table_name in layout_tables() -%}
    select
        connector,
        '{{ table_name }}' as table_name,
        row_key,
        own_issue_column as column_name,
        own_issue as issue,
        {{ audited_value('own_issue_column', 'own_issue_value', 'erased_ids') }} as raw_value,
        {{ delivered_row_count(table_name) }} as delivered_row_count,
        known_at
    from ({{ union_connectors(table_name) }}) as delivered
    where standing = 'rejected'
    {% if not loop.last %}union all{% endif %}
{% endfor %}
