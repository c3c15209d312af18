{# When the loader wrote a row, and from when on the row is known. Loaders write that time
   anew with each sync, so it says which version is the latest; when the row became known it
   says only with the setting trust_sync_times. Else `known_at` does, or the event itself. #}
{% macro synced_at(text, known_at='cast(null as varchar)') -%}
    {{ as_time(text) }} as synced_at,
    {{ as_time(text) if setting('trust_sync_times') == 'true' else known_at }} as loaded_at
{%- endmacro %}
