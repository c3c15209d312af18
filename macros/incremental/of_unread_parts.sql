{# In an incremental run of a staging model: only the files of which it holds no row. The
   names stand in the SQL itself, for then no other file is opened. #}
{% macro of_unread_parts(table, is_incremental) %}
    {%- if is_incremental %}
    where
        {%- for row in run_query(
            "select delivered_part from raw._parts where table_name = '" ~ table
            ~ "' and delivered_part not in (select delivered_part from " ~ this
            ~ " where delivered_part is not null)"
        ).rows %}
        {{ 'delivered_part in (' if loop.first }}'{{ row[0] | replace("'", "''") }}'
        {{- ')' if loop.last else ',' }}
        {%- else %} false
        {%- endfor %}
    {%- endif %}
{% endmacro %}
