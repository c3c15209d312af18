with

connectors as (

    {{ connector_rows() }}

),

{% for table_name in layout_tables() -%}
    {{ table_name }} as (

        {{ union_connectors('ad_clicks_brief' if table_name == 'ad_clicks' else table_name) }}

    ),

{% endfor -%}

counted as (

    {% for table_name in layout_tables() -%}
        {%- set row_count = delivered_row_count(table_name, 'delivered.') -%}
        select
            connectors.connector,
            '{{ table_name }}' as table_name,
            sum(case when delivered.connector is null then 0 else {{ row_count }} end)
                as delivered_row_count,
            sum(case delivered.standing when 'superseded' then {{ row_count }} else 0 end)
                as superseded_row_count,
            sum(case delivered.standing when 'rejected' then {{ row_count }} else 0 end)
                as faulty_row_count
        from connectors
        left join {{ table_name }} as delivered on connectors.connector = delivered.connector
        group by connectors.connector
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from counted
