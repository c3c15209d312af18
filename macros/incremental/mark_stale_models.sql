{#
    Incremental models keep what they have read, and read only what is new. That holds as
    long as what they have read is still there and means the same; where it does not, each
    of them is marked in raw._stale_models and the next run builds it anew in full:

    - a file of a growing table is gone, or another one has its place;
    - a column of such a table came or went or changed its type;
    - a setting, the engine, one of these models, a macro or the layout is another one.

    What connectors tell comes without files to know new rows by, and a loader changes it in
    place: where one is in use, every run builds what lies right of staging anew.

    A run takes away the marks of the models that it has built. Its number, which grows, is
    what later models know new rows by.
#}
{% macro mark_stale_models() %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry'] %}
        {{ adapter.dispatch('mark_stale_models')() }}
    {% endif %}
{% endmacro %}

{% macro default__mark_stale_models() %}{% endmacro %}

{% macro duckdb__mark_stale_models() %}
    {% do run_query('create table if not exists raw._runs (run_number integer)') %}
    {% do run_query('insert into raw._runs select coalesce(max(run_number), 0) + 1 from raw._runs') %}
    {% do run_query('create table if not exists raw._stale_models (model_name varchar)') %}
    {% do run_query(
        'create table if not exists raw._parts'
        ~ ' (table_name varchar, delivered_part varchar, size ubigint, modified_at timestamptz)'
    ) %}
    {% do run_query('create table if not exists raw._built_with (settings varchar)') %}
    {% set present = [] %}
    {% set location = setting('raw_location').rstrip('/') | replace("'", "''") %}
    {% for table in growing_tables() %}
        {% for pattern in ['.parquet', '/*.parquet', '.csv'] %}
            {% do present.append(
                "select '" ~ table ~ "' as table_name, filename as delivered_part, size,"
                ~ " last_modified as modified_at from read_blob('" ~ location ~ '/' ~ table ~ pattern ~ "')"
            ) if run_query("select 1 from glob('" ~ location ~ '/' ~ table ~ pattern ~ "') limit 1").rows | length %}
        {% endfor %}
    {% endfor %}
    {% do run_query(
        'create or replace temp table present_parts as '
        ~ (present | join(' union all ') or 'from raw._parts where false')
    ) %}
    {% set settings = built_with() %}
    {% set lost = run_query('from raw._parts except from present_parts').rows | length %}
    {% set same = run_query(
        "select 1 from raw._built_with where settings = '" ~ settings ~ "'"
    ).rows | length %}
    {% set is_connected = connectors_in_use() != ['standard'] %}
    {# A full refresh, too, is finished by the next run where this one breaks off. #}
    {% if lost or not same or flags.FULL_REFRESH %}
        {% set known = run_query('select 1 from raw._built_with').rows | length %}
        {% do log(
            'Built anew in full: ' ~ (
                lost ~ ' delivered files changed or are gone' if lost
                else 'settings, columns or code changed' if not same
                else 'a full refresh'
            ), info=true
        ) if known %}
        {% for model in incremental_models() %}
            {% do run_query("insert into raw._stale_models values ('" ~ model ~ "')") %}
        {% endfor %}
    {% endif %}
    {% if is_connected %}
        {% for model in incremental_models() if not model.startswith('stg_') %}
            {% do run_query("insert into raw._stale_models values ('" ~ model ~ "')") %}
        {% endfor %}
    {% endif %}
    {% do run_query('create or replace table raw._parts as from present_parts') %}
    {% do run_query("create or replace table raw._built_with as select '" ~ settings ~ "' as settings") %}
{% endmacro %}

{# What the incremental models were built with, as a hash. #}
{% macro built_with() %}
    {% set parts = [run_query('select version()').rows[0][0]] %}
    {% for name in ['as_of', 'connectors', 'reporting_currency', 'fx_max_age_days'] %}
        {% do parts.append(setting(name)) %}
    {% endfor %}
    {% for table in growing_tables() %}
        {% do parts.append(run_query(
            "select split_part(sql, ' FROM ', 1) || comment from duckdb_views() where database_name = current_database()"
            ~ " and schema_name = 'raw' and view_name = '" ~ table ~ "'"
        ).rows[0][0]) %}
    {% endfor %}
    {# Views of staging stand between them. Sorted, for dbt's order is that of its parsing. #}
    {% set models = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' %}
        {% do models.append(node.checksum.checksum)
            if node.config.materialized == 'incremental' or 'staging' in node.fqn %}
    {% endfor %}
    {# The text of macros, which dbt does not tell, is read from the project's files. #}
    {% set project = invocation_args_dict.project_dir | string | replace("'", "''") %}
    {% for files in ['macros/**/*.sql', 'models/staging/standard/_sources.yml'] %}
        {% do parts.append(run_query(
            "select md5(string_agg(content, '' order by filename))"
            ~ " from read_text('" ~ project ~ '/' ~ files ~ "')"
        ).rows[0][0]) %}
    {% endfor %}
    {{ return(local_md5((parts + models | sort) | join(' '))) }}
{% endmacro %}

{# The raw tables whose source YAML says that they grow. #}
{% macro growing_tables() %}
    {% set tables = [] %}
    {% for source in graph.sources.values() if source.source_name == 'raw' %}
        {% do tables.append(source.name) if source.config.meta.get('grows', false) %}
    {% endfor %}
    {{ return(tables | sort) }}
{% endmacro %}

{% macro incremental_models() %}
    {% set names = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' %}
        {% do names.append(node.name) if node.config.materialized == 'incremental' %}
    {% endfor %}
    {{ return(names | sort) }}
{% endmacro %}
