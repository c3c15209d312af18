with

connectors as (

    {{ connectors_in_use() }}

),

{% for table_name in layout_tables() -%}
    {{ table_name }} as (

        {{ union_connectors('ad_clicks_brief' if table_name == 'ad_clicks' else table_name) }}

    ),

{% endfor -%}

counted as (

    {% for table_name in layout_tables() -%}
        select
            connectors.connector,
            '{{ table_name }}' as table_name,
            count(delivered.connector) as delivered_row_count,
            sum(case delivered.standing when 'superseded' then 1 else 0 end)
                as superseded_row_count,
            sum(case delivered.standing when 'rejected' then 1 else 0 end) as faulty_row_count
        from connectors
        left join {{ table_name }} as delivered on connectors.connector = delivered.connector
        group by connectors.connector
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from counted
