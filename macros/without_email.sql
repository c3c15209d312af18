{# Free text for the waist and right of it: null where it may hold an e-mail address. #}
{% macro without_email(text) -%}
    case
        when strpos({{ text }}, '@') = 0 and strpos({{ text }}, '%40') = 0 then {{ text }}
    end
{%- endmacro %}
