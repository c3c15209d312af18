{# first_issue taken apart: own_issue_column, own_issue, and the delivered text of that column. #}
{% macro issue_columns(table) %}
    split_part(first_issue, ':', 1) as own_issue_column,
    split_part(first_issue, ':', 2) as own_issue,
    nullif(case split_part(first_issue, ':', 1)
        {%- for column in layout_columns(table) %}
        when '{{ column.name }}' then delivered_text[{{ loop.index }}]
        {%- endfor %}
    end, '') as own_issue_value
{% endmacro %}
