{# The version of this code, as in pyproject.toml and dbt_project.yml, which a test compares:
   dbt does not tell a model its project's version. #}
{% macro code_version() %}0.1.0{% endmacro %}
