{#
    The SHA-256 that an ad platform knows an e-mail address by: written as the destination's
    rule says (seeds/reference/export_destinations.yml), then hashed, as lower-case hex. The
    address comes in lower case without white space. What is a SHA-256 already stays one. Null
    for what is no address.
#}
{% macro hashed_email(rule, address) -%}
    case
        when {{ address }} = '{{ empty_sha256() }}' then null
        when {{ is_sha256(address) }} then {{ address }}
        when {{ is_email(address) }} then {{ hashed('sha256', written_email(rule, address)) }}
    end
{%- endmacro %}

{# Not `in` a list: DuckDB 2.0.0 cannot bind that for a column without any address. #}
{% macro written_email(rule, address) -%}
    {%- set name = "split_part(" ~ address ~ ", '@', 1)" -%}
    {%- set domain = "split_part(" ~ address ~ ", '@', 2)" -%}
    {%- set bare = "replace(split_part(" ~ name ~ ", '+', 1), '.', '')" -%}
    {%- if rule == 'gmail' -%}
        case
            when strpos('|gmail.com|googlemail.com|', '|' || {{ domain }} || '|') > 0
                then {{ bare }} || '@' || {{ domain }}
            else {{ address }}
        end
    {%- elif rule == 'microsoft' -%}
        {{ without_accents(bare) }} || '@' || rtrim({{ without_accents(domain) }}, '.')
    {%- else -%}
        {{ address }}
    {%- endif -%}
{%- endmacro %}

{# The hash of nothing, which some sites send for a blank address. #}
{% macro empty_sha256() %}e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855{% endmacro %}

{# One @ with something on both sides, and a dot right of it. #}
{% macro is_email(text) %}{{ adapter.dispatch('is_email')(text) }}{% endmacro %}

{% macro duckdb__is_email(text) -%}
    regexp_full_match({{ text }}, '[^@]+@[^@.]+([.][^@.]+)+[.]?')
{%- endmacro %}

{% macro is_sha256(text) %}{{ adapter.dispatch('is_sha256')(text) }}{% endmacro %}

{% macro duckdb__is_sha256(text) -%}
    regexp_full_match({{ text }}, '[0-9a-f]{64}')
{%- endmacro %}

{% macro without_white_space(text) %}{{ adapter.dispatch('without_white_space')(text) }}{% endmacro %}

{% macro duckdb__without_white_space(text) -%}
    regexp_replace({{ text }}, '\s', '', 'g')
{%- endmacro %}

{% macro without_accents(text) %}{{ adapter.dispatch('without_accents')(text) }}{% endmacro %}

{% macro duckdb__without_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}
