{#
    The SHA-256 that an ad platform knows a phone number by, as lower-case hex: digits with
    their country code, with a + before them (e164) or without (digits). A number without a
    country code is nobody's and gives null: a guess would be somebody else's. What is a
    SHA-256 already stays one.
#}
{% macro hashed_phone(rule, phone, digits) -%}
    case
        when lower({{ phone }}) = '{{ empty_sha256() }}' then null
        when {{ is_sha256('lower(' ~ phone ~ ')') }} then lower({{ phone }})
        when {{ digits }} is not null
            then {{ hashed('sha256', ("'+' || " if rule == 'e164' else '') ~ digits) }}
    end
{%- endmacro %}

{# Country code and number of a phone number that begins with + or 00: 8 to 15 digits, the
   first no 0. The (0) that is dialled inside the country alone is left out. #}
{% macro phone_digits(phone) %}{{ adapter.dispatch('phone_digits')(phone) }}{% endmacro %}

{% macro duckdb__phone_digits(phone) -%}
    nullif(regexp_extract(
        regexp_replace(replace({{ phone }}, '(0)', ''), '[\s().\-/]', '', 'g'),
        '^([+]|00)([1-9][0-9]{7,14})$', 2
    ), '')
{%- endmacro %}
