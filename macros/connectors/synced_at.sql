{# When the loader wrote a row, and from when on the row is known. Loaders write that time
   anew with each sync, so it says which version is the latest; when the row became known it
   says only with the setting trust_sync_times, or of a row that was deleted: `is_deleted`. #}
{% macro synced_at(text, is_deleted=none) -%}
    {{ as_time(text) }} as synced_at,
    {% if setting('trust_sync_times') == 'true' -%}
    {{ as_time(text) }}
    {%- elif is_deleted -%}
    case when {{ is_deleted }} then {{ as_time(text) }} end
    {%- else -%}
    cast(null as varchar)
    {%- endif %} as loaded_at
{%- endmacro %}
