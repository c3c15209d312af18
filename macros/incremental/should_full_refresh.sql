{# dbt asks this before it builds an incremental model: in full, too, where the model is
   marked stale. #}
{% macro should_full_refresh() %}
    {% if config.get('full_refresh') is not none %}
        {{ return(config.get('full_refresh')) }}
    {% endif %}
    {% if flags.FULL_REFRESH or not execute or flags.WHICH not in ['build', 'run', 'retry'] %}
        {{ return(flags.FULL_REFRESH) }}
    {% endif %}
    {{ return(run_query(
        "select 1 from raw._stale_models where model_name = '" ~ this.name ~ "' limit 1"
    ).rows | length > 0) }}
{% endmacro %}
