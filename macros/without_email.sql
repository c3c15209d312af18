{# A URL or free text for the waist and right of it: what may hold an e-mail address is cut
   back to the part before the query, or to nothing. #}
{% macro without_email(text) -%}
    case
        when strpos({{ text }}, '@') = 0 and strpos({{ text }}, '%40') = 0 then {{ text }}
        when
            strpos(split_part({{ text }}, '?', 1), '@') = 0
            and strpos(split_part({{ text }}, '?', 1), '%40') = 0
            and strpos({{ text }}, '?') > 0
            then split_part({{ text }}, '?', 1)
    end
{%- endmacro %}
