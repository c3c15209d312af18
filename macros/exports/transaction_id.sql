{# What a platform is to know a conversion by: its own ID, unless that is too long for one of
   them (LinkedIn takes 64 characters) or may be an address, which no platform may be sent. #}
{% macro transaction_id(conversion_id) -%}
    case
        when strpos({{ conversion_id }}, '@') > 0 or length({{ conversion_id }}) > 50
            then {{ hashed('md5', conversion_id) }}
        else {{ conversion_id }}
    end
{%- endmacro %}
