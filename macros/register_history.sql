{#
    Runs before every dbt command that builds: makes one view history.<model> over what
    `c2c replay` has kept of it, one file per month end, as the source YAML of history names
    them. Without month ends the view is empty. Only those built with the settings of this
    build are read, for they lie in a folder of their own; history.built_from says which.
#}
{% macro register_history() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show', 'retry'] %}
        {{ adapter.dispatch('register_history')() }}
    {% endif %}
{% endmacro %}

{% macro default__register_history() %}{% endmacro %}

{% macro duckdb__register_history() %}
    {% set kept = {} %}
    {% for source in graph.sources.values() if source.source_name == 'history' %}
        {% set model = graph.nodes['model.' ~ project_name ~ '.' ~ source.name] %}
        {% set columns = {'as_of': 'timestamp'} %}
        {% for column in model.columns.values() %}
            {% do columns.update({column.name: column.data_type}) %}
        {% endfor %}
        {% do kept.update({source.name: columns}) %}
    {% endfor %}
    {% set built_from = history_built_from(kept) %}
    {% set folder = setting('history_path').rstrip('/') ~ '/' ~ local_md5(built_from)[:12] %}
    {% do run_query('create schema if not exists history') %}
    {% do run_query(
        "create or replace table history.built_from as select '" ~ folder | replace("'", "''")
        ~ "' as folder, '" ~ built_from | replace("'", "''") ~ "' as settings"
    ) %}
    {% for name, columns in kept.items() %}
        {% do view_over_parquet(
            'history.' ~ name, folder ~ '/[0-9]*/' ~ name ~ '.parquet', columns
        ) %}
    {% endfor %}
{% endmacro %}

{# What must be the same for two builds to be compared, as JSON: the settings, the version
   of this code and the columns that are kept. #}
{% macro history_built_from(kept) %}
    {% set built_from = {'code_version': code_version(), 'kept': kept} %}
    {% for name in [
        'raw_location', 'connectors', 'trust_sync_times', 'reporting_currency', 'click_window_days',
        'deal_form_fill_window_days', 'fx_max_age_days', 'development_min_cohorts',
        'development_tail',
    ] %}
        {% do built_from.update({name: setting(name)}) %}
    {% endfor %}
    {{ return(tojson(built_from, sort_keys=true)) }}
{% endmacro %}
