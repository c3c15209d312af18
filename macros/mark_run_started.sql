{#
    A run that was killed or failed leaves a database that is half old and half new. Each
    run that builds marks its beginning in raw._unfinished_runs. A run of every model in
    which everything went well takes away all marks; one of a few models leaves its own,
    for the others do not know what it has read. What is published must come from a
    database without marks, and without stale models.

    What is built anew has not been checked: until the gate of the marts passes, which opens
    it, `c2c export` tells nobody. Its own run only judges again what was built and checked.
#}
{% macro mark_run_started() %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'retry'] %}
        {% do run_query(
            'create table if not exists raw._unfinished_runs (invocation_id varchar)'
        ) %}
        {% do run_query("insert into raw._unfinished_runs values ('" ~ invocation_id ~ "')") %}
        {% do run_query('create table if not exists raw._closed_gates (gate varchar)') %}
        {% if flags.WHICH != 'test' and not setting('export_at') %}
            {% do run_query("insert into raw._closed_gates values ('marts')") %}
        {% endif %}
    {% endif %}
{% endmacro %}

{% macro mark_run_finished(results) %}
    {% if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'retry'] %}
        {% set built, failed = [], [] %}
        {% for result in results %}
            {% if result.status not in ['success', 'pass', 'warn', 'no-op'] %}
                {% do failed.append(result.node.name) %}
            {% elif result.node.resource_type == 'model' %}
                {% do built.append(result.node.name) %}
            {% endif %}
        {% endfor %}
        {% for name in built if name in incremental_models() %}
            {% do run_query("delete from raw._stale_models where model_name = '" ~ name ~ "'") %}
        {% endfor %}
        {% set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list %}
        {% if not failed and built | length == models | length %}
            {% do run_query('delete from raw._unfinished_runs') %}
            {# Also of a model that is no more. #}
            {% do run_query('delete from raw._stale_models') %}
        {# Neither tests nor what an export judges anew change a mart. #}
        {% elif not failed and (not built or setting('export_at')) %}
            {% do run_query(
                "delete from raw._unfinished_runs where invocation_id = '" ~ invocation_id ~ "'"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}
