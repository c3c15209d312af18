{#
    Runs before every dbt command that builds, after the raw tables of the standard layout:
    makes one view raw_<connector>.<table> for each table of a connector's source YAML, every
    column as text without white space around it, blank as null. Its rows lie

    - in files, <raw_location>/<schema>/<table>.csv, .parquet or a folder of Parquet parts,
    - or, with the setting raw_database, in a DuckDB file or database, as <schema>.<table>,

    where <schema> is the setting <connector>_schema: one or several, for several accounts or
    stores, whose rows are put together. `id_prefix` keeps apart IDs that two of them may
    share: blank for the first, the name of the schema for the others.

    An optional table or column that none of them has is empty, named once, and kept in
    raw._not_delivered; a required one that is missing stops the build. Names match in any
    case. In the YAML's meta `delivered_as` is the loader's name of a column, where that is
    another one than ours, and `never` says that this shape of a product has no such thing.
#}
{% macro register_connector_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show', 'run-operation', 'retry', 'freshness'] %}
        {{ adapter.dispatch('register_connector_tables')() }}
    {% endif %}
{% endmacro %}

{% macro default__register_connector_tables() %}{% endmacro %}

{% macro duckdb__register_connector_tables() %}
    {% do attach_raw_database() %}
    {% do run_query(
        'create or replace table raw._not_delivered'
        ~ ' (connector varchar, table_name varchar, column_name varchar)'
    ) %}
    {% for connector in connectors_in_use() if connector != 'standard' %}
        {% do run_query('create schema if not exists raw_' ~ connector) %}
        {% set schemas = setting(connector ~ '_schema').split(',') | map('trim') | list %}
        {% set missing = [] %}
        {% for source in graph.sources.values() if source.source_name == connector %}
            {% do register_connector_table(connector, schemas, source, missing) %}
        {% endfor %}
        {% for table, column in missing %}
            {% do run_query(
                "insert into raw._not_delivered values ('" ~ connector ~ "', '" ~ table ~ "', "
                ~ ("'" ~ column ~ "'" if column else 'null') ~ ')'
            ) %}
        {% endfor %}
        {% if flags.WHICH in ['build', 'run'] %}
            {% for table, of_table in missing | groupby(0) %}
                {% set columns = of_table | map(attribute=1) | select | join(', ') %}
                {% do log(
                    connector ~ ' has no ' ~ ('column ' ~ columns ~ ' in its ' if columns) ~ 'table ' ~ table,
                    info=true
                ) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro register_connector_table(connector, schemas, source, missing) %}
    {% set meta = source.config.meta %}
    {% set name = setting(meta.named_by) if meta.named_by else meta.delivered_as or source.name %}
    {% set parts, seen = [], [] %}
    {% for schema in schemas %}
        {% set found = connector_relation(schema, name) %}
        {% if found %}
            {% set delivered = {} %}
            {% for column in run_query('describe select * from ' ~ found).rows %}
                {% do delivered.update({column[0] | lower: (column[0], column[1])}) %}
            {% endfor %}
            {% set columns = [] %}
            {% for column in source.columns.values() %}
                {% set column_meta = column.config.get('meta', {}) %}
                {% set delivered_as = column_meta.get('delivered_as', column.name) %}
                {% if delivered_as in delivered %}
                    {% set own_name, native_type = delivered[delivered_as] %}
                    {% set text = delivered_as_text(own_name, native_type, column.data_type) %}
                    {% do columns.append(
                        "nullif(trim(" ~ text[:text.rfind(' as ')] ~ ", " ~ white_space() ~ "), '') as "
                        ~ adapter.quote(column.name)
                    ) %}
                    {% do seen.append(column.name) %}
                {% elif column_meta.get('required') %}
                    {{ exceptions.raise_compiler_error(
                        "Table " ~ name ~ " of connector " ~ connector ~ " in " ~ schema
                        ~ " is an empty file: have the loader write it again, or remove it"
                        if delivered.keys() | list == ['column0']
                        else "Table " ~ name ~ " of connector " ~ connector
                        ~ " lacks the required column " ~ delivered_as ~ " in " ~ schema
                        ~ (
                            ": its header is one column, for columns are separated by commas"
                            if delivered | length == 1 and source.columns | length > 1
                            else ": have the loader deliver it, see docs/connectors.md"
                        )
                    ) }}
                {% else %}
                    {% do columns.append('cast(null as varchar) as ' ~ adapter.quote(column.name)) %}
                {% endif %}
            {% endfor %}
            {% set prefix = '' if loop.first else schema ~ '/' %}
            {% do parts.append(
                'select ' ~ columns | join(', ') ~ ", '" ~ prefix ~ "' as id_prefix from " ~ found
            ) %}
        {% elif meta.required %}
            {{ exceptions.raise_compiler_error(
                "Connector " ~ connector ~ " lacks the required table " ~ name ~ " in "
                ~ connector_place(schema) ~ ": have the loader deliver it, name its schema or"
                ~ " folder in C2C_" ~ connector | upper ~ "_SCHEMA, or take " ~ connector
                ~ " out of C2C_CONNECTORS; see docs/connectors.md"
            ) }}
        {% endif %}
    {% endfor %}
    {% if not parts %}
        {% do missing.append((name, none)) if not meta.never %}
        {% set columns = [] %}
        {% for column in source.columns %}
            {% do columns.append('cast(null as varchar) as ' ~ adapter.quote(column)) %}
        {% endfor %}
        {% do parts.append(
            'select ' ~ columns | join(', ') ~ ", '' as id_prefix where false"
        ) %}
    {% else %}
        {% for column in source.columns.values() if column.name not in seen %}
            {% set column_meta = column.config.get('meta', {}) %}
            {% do missing.append((name, column_meta.get('delivered_as', column.name)))
                if not column_meta.get('never') %}
        {% endfor %}
    {% endif %}
    {% do run_query(
        'create or replace view raw_' ~ connector ~ '.' ~ adapter.quote(source.name) ~ ' as '
        ~ parts | join(' union all ')
    ) %}
{% endmacro %}

{# What the rows of a table are read from in one schema; nothing where it has no such table. #}
{% macro connector_relation(schema, table) %}
    {% set database = raw_database_name() %}
    {% if not database %}
        {{ return(raw_file_reader(setting('raw_location').rstrip('/') ~ '/' ~ schema, table, false)) }}
    {% endif %}
    {% for row in run_query(
        "select schema_name, relation_name from ("
        ~ "select database_name, schema_name, table_name as relation_name from duckdb_tables()"
        ~ " union all select database_name, schema_name, view_name from duckdb_views()) as relations"
        ~ " where database_name = '" ~ database ~ "' and lower(schema_name) = lower('" ~ schema ~ "')"
        ~ " and lower(relation_name) = lower('" ~ table ~ "')"
    ).rows %}
        {{ return(
            adapter.quote(database) ~ '.' ~ adapter.quote(row[0]) ~ '.' ~ adapter.quote(row[1])
        ) }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}

{# Where the tables of a schema are looked for, in words. #}
{% macro connector_place(schema) %}
    {{ return(
        'schema ' ~ schema ~ ' of ' ~ setting('raw_database') if setting('raw_database')
        else setting('raw_location').rstrip('/') ~ '/' ~ schema
    ) }}
{% endmacro %}

{# The database that raw tables of connectors lie in, by its name in the engine; blank: files. #}
{% macro raw_database_name() %}
    {% set database = setting('raw_database') %}
    {{ return('raw_database' if modules.re.search('[./]', database) else database) }}
{% endmacro %}

{% macro attach_raw_database() %}
    {% if raw_database_name() == 'raw_database' %}
        {% do run_query(
            "attach if not exists '" ~ setting('raw_database') | replace("'", "''")
            ~ "' as raw_database (read_only)"
        ) %}
    {% elif raw_database_name() and not run_query(
        "from duckdb_databases() where database_name = '" ~ raw_database_name() ~ "'"
    ).rows | length %}
        {{ exceptions.raise_compiler_error(
            "Setting raw_database (C2C_RAW_DATABASE) is '" ~ raw_database_name() ~ "', but the built"
            ~ " database is called '" ~ target.database ~ "': name the path of a DuckDB file (with a"
            ~ " . or /), or that one; see docs/settings.md"
        ) }}
    {% endif %}
{% endmacro %}
