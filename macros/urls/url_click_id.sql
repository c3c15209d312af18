{# The click ID that counts among URL parameters: of the first type in the order of
   precedence, its first usable value. #}
{% macro url_click_id(parameters) -%}
    coalesce(
        {%- for type in click_id_types() %}
        {{ url_parameter(parameters, type.name) }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The type of that click ID; with `holding`, the type of the parameter that holds this
   very ID. Null where there is none. #}
{% macro url_click_id_type(parameters, holding=none) -%}
    case
        {%- for type in click_id_types() %}
        when
            {{ url_parameter(parameters, type.name) }}
            {{ '= ' ~ holding if holding else 'is not null' }}
            then '{{ type.name }}'
        {%- endfor %}
    end
{%- endmacro %}
