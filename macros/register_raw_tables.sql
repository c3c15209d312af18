{#
    Runs before every dbt command that builds: makes one view raw.<table> for each table of
    the source YAML, over whichever file lies in the raw location, every column as text.
    A table without a file is an empty view; so is an optional column a column of nulls. Where
    the standard layout is not among the connectors, all are empty.
    A table whose meta says that it grows has more columns: the file of each row, and for
    <time> a <time>_native, which need not be read from text. A view that is there is left
    alone by commands that only look, so that they see the files of the last build.
    Stops with one line for: a location without any table, two formats of one table side by
    side, a required column that is missing. Other engines bring a raw schema of their own.
#}
{% macro register_raw_tables() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot', 'show', 'run-operation', 'retry', 'freshness'] %}
        {{ adapter.dispatch('register_raw_tables')() }}
    {% endif %}
{% endmacro %}

{% macro default__register_raw_tables() %}{% endmacro %}

{% macro duckdb__register_raw_tables() %}
    {% set location = setting('raw_location').rstrip('/') %}
    {% set found = [] %}
    {% do run_query('create schema if not exists raw') %}
    {% for source in graph.sources.values() if source.source_name == 'raw' and not (
        flags.WHICH in ['test', 'show']
        and adapter.get_relation(target.database, 'raw', source.name)
    ) %}
        {% set grows = source.config.meta.get('grows', false) %}
        {% set reader = raw_file_reader(location, source.name, grows) if 'standard' in connectors_in_use() %}
        {% do found.append(source.name) if reader %}
        {% set delivered = {} %}
        {% if reader %}
            {% for column in run_query('describe select * from ' ~ reader).rows if column[0] != 'delivered_part' %}
                {% do delivered.update({column[0]: column[1]}) %}
            {% endfor %}
        {% endif %}
        {% set columns = [] %}
        {% for column in source.columns.values() %}
            {% if column.name in delivered %}
                {% do columns.append(
                    delivered_as_text(column.name, delivered[column.name], column.data_type)
                ) %}
            {% elif reader and column.config.get('meta', {}).get('required') %}
                {{ exceptions.raise_compiler_error(
                    "Table " ~ source.name ~ " in " ~ location ~ (
                        " is an empty file: export it again, or remove it"
                        if delivered.keys() | list == ['column0']
                        else " has a header of one column: separate columns by commas (see"
                        ~ " docs/standard-layout.md)"
                        if delivered | length == 1
                        else " lacks the required column " ~ column.name ~ ": add it (header"
                        ~ " in lower case, see docs/standard-layout.md) or remove the table"
                    )
                ) }}
            {% else %}
                {% do columns.append('cast(null as varchar) as ' ~ column.name) %}
            {% endif %}
        {% endfor %}
        {% if grows %}
            {% for column in source.columns.values() if column.data_type == 'timestamp' %}
                {% do columns.append(native_timestamp(column.name, delivered.get(column.name))) %}
            {% endfor %}
            {% do columns.append('delivered_part' if reader else 'null as delivered_part') %}
        {% endif %}
        {% do run_query(
            'create or replace view raw.' ~ source.name ~ ' as select '
            ~ columns | join(', ') ~ (' from ' ~ reader if reader else ' where false')
        ) %}
        {# As the files have them: another type may make another text of a value. #}
        {% do run_query(
            'comment on view raw.' ~ source.name ~ " is '"
            ~ (delivered | string | replace("'", "''")) ~ "'"
        ) %}
    {% endfor %}
    {% if 'standard' in connectors_in_use() and not found and flags.WHICH not in ['test', 'show'] %}
        {{ exceptions.raise_compiler_error(
            "No table of the standard layout lies in " ~ location ~ ": set C2C_RAW_LOCATION"
            ~ " to a folder with files such as orders.csv, see docs/standard-layout.md"
            ~ (", or take standard out of C2C_CONNECTORS" if connectors_in_use() | length > 1 else '')
        ) }}
    {% endif %}
{% endmacro %}

{# The table function over the one format of a table that is there; none: nothing. A folder
   called `name=value` on the way there is no column. With `grows` each row says in the
   column delivered_part in which file it came. #}
{% macro raw_file_reader(location, table, grows) %}
    {% set path = (location ~ '/' ~ table) | replace("'", "''") %}
    {% set options = 'hive_partitioning = false'
        ~ (", filename = 'delivered_part'" if grows else '') %}
    {% set formats = [
        (path ~ '.parquet', "read_parquet('" ~ path ~ ".parquet', " ~ options ~ ")"),
        (path ~ '/*.parquet', "read_parquet('" ~ path ~ "/*.parquet', union_by_name = true, "
            ~ options ~ ")"),
        (path ~ '.csv', "read_csv('" ~ path ~ ".csv', header = true, all_varchar = true,"
            ~ " delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, "
            ~ options ~ ")"),
    ] %}
    {% set readers = [] %}
    {% for pattern, reader in formats %}
        {% set files = run_query("select file from glob('" ~ pattern ~ "') order by file").rows %}
        {% if files | length %}
            {# Their names, for what comes while this run reads is for the next one; none is
               a pattern. #}
            {% set names = [] %}
            {% for row in files %}
                {% set name = row[0] | replace("'", "''") | replace('[', '[[]') %}
                {% set name = name | replace('?', '[?]') | replace('*', '[*]') %}
                {% do names.append("'" ~ name ~ "'") %}
            {% endfor %}
            {% do readers.append(reader | replace("'" ~ pattern ~ "'", '[' ~ names | join(', ') ~ ']')) %}
        {% endif %}
    {% endfor %}
    {% if readers | length > 1 %}
        {{ exceptions.raise_compiler_error(
            "Table " ~ table ~ " lies in " ~ location ~ " in more than one format: keep one"
            ~ " of " ~ table ~ ".parquet, " ~ table ~ ".csv and the folder " ~ table ~ "/"
        ) }}
    {% endif %}
    {{ return(readers | first) }}
{% endmacro %}

{# A native value counts by its value: whole floats and decimals lose their zeros, small
   floats their exponent, a date column takes a timestamp at 00:00. #}
{% macro delivered_as_text(column, native_type, form) %}
    {% set quoted = adapter.quote(column) %}
    {% set text = 'cast(' ~ quoted ~ ' as varchar)' %}
    {% if native_type in ['FLOAT', 'DOUBLE'] %}
        {% set text %}
            regexp_replace(
                case
                    when {{ text }} like '%e-%'
                        then rtrim(cast(cast({{ text }} as decimal(38, 30)) as varchar), '0')
                    else {{ text }}
                end,
                '[.]0$', ''
            )
        {% endset %}
    {% elif native_type.startswith('DECIMAL') %}
        {% set text = "regexp_replace(" ~ text ~ ", '[.]?0+$', '')"
            if not native_type.endswith(',0)') else text %}
    {% elif form == 'date' and native_type.startswith('TIMESTAMP') %}
        {% set text = "regexp_replace(" ~ text ~ ", ' 00:00:00([+]00)?$', '')" %}
    {% endif %}
    {{ return(text | trim ~ ' as ' ~ column) }}
{% endmacro %}

{# A native time, UTC, as <column>_native; null where its text has to be read. #}
{% macro native_timestamp(column, native_type) %}
    {% set time = adapter.quote(column) %}
    {% if native_type == 'TIMESTAMP WITH TIME ZONE' %}
        {% set time = "timezone('UTC', " ~ time ~ ')' %}
    {% elif native_type != 'TIMESTAMP' %}
        {% set time = 'cast(null as timestamp)' %}
    {% endif %}
    {{ return(
        'case when ' ~ time ~ " between timestamp '0001-01-01'"
        ~ " and timestamp '9999-12-31 23:59:59.999999' then " ~ time ~ ' end as ' ~ column ~ '_native'
    ) }}
{% endmacro %}
