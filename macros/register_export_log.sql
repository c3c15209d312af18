{#
    Runs before every dbt command that builds: makes the view exported.export_log over the
    files that `c2c export` has written, with the columns and types of the source YAML.
    Without files the view is empty.
#}
{% macro register_export_log() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show', 'retry'] %}
        {{ adapter.dispatch('register_export_log')() }}
    {% endif %}
{% endmacro %}

{% macro default__register_export_log() %}{% endmacro %}

{% macro duckdb__register_export_log() %}
    {% do run_query('create schema if not exists exported') %}
    {% for source in graph.sources.values() if source.source_name == 'exported' %}
        {% set columns = {} %}
        {% for column in source.columns.values() %}
            {% do columns.update({column.name: column.data_type}) %}
        {% endfor %}
        {% do view_over_parquet(
            'exported.' ~ source.name,
            setting('export_log_path').rstrip('/') ~ '/*.parquet',
            columns
        ) %}
    {% endfor %}
{% endmacro %}
