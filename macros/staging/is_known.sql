{# True for what a build as of the setting as_of may see (rule 20); rows without any time
   are always known. #}
{% macro is_known(time) -%}
    {%- if setting('as_of') -%}
        coalesce({{ time }} <= {{ as_of_timestamp() }}, true)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro as_of_timestamp() -%}
    {{ read_as('timestamp', "'" ~ setting('as_of') ~ "'") }}
{%- endmacro %}
