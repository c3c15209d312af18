{# Makes a view with these columns, name to type, over whichever Parquet files a pattern
   finds; over none it is empty. #}
{% macro view_over_parquet(relation, pattern, columns) %}
    {% set files = pattern | replace("'", "''") %}
    {% set is_there = run_query("select 1 from glob('" ~ files ~ "') limit 1").rows | length %}
    {% set typed = [] %}
    {% for column, type in columns.items() %}
        {% do typed.append(
            'cast(' ~ (column if is_there else 'null') ~ ' as ' ~ type ~ ') as ' ~ column
        ) %}
    {% endfor %}
    {% do run_query(
        'create or replace view ' ~ relation ~ ' as select ' ~ typed | join(', ')
        ~ (" from read_parquet('" ~ files ~ "', hive_partitioning = false)"
        if is_there else ' where false')
    ) %}
{% endmacro %}
