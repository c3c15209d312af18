{# Names an event among those of its destination; both parts of conversion_events need it. #}
{% macro event_id() -%}
    conversion_name || '/' || transaction_id || '/' || kind || '/' || known_at
{%- endmacro %}
