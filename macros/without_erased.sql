{# Free text for the waist and right of it: null where it may hold an e-mail address, or is
   what names a person of erasure_requests. `erased_ids` is the caller's CTE of them. #}
{% macro without_erased(text, erased_ids) -%}
    case
        when {{ text }} in (select erased.id_value from {{ erased_ids }} as erased) then null
        else {{ without_email(text) }}
    end
{%- endmacro %}
