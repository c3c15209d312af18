{# The hash of a text as lower-case hex: md5, sha1 or sha256. #}
{% macro hashed(algorithm, text) %}{{ adapter.dispatch('hashed')(algorithm, text) }}{% endmacro %}

{% macro duckdb__hashed(algorithm, text) -%}
    {{ algorithm }}({{ text }})
{%- endmacro %}
