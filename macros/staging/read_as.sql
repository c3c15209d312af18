{#
    A delivered text (trimmed, null if blank) read as its type; null where it cannot be.
    The forms are those of docs/standard-layout.md. Digits beyond a form's limit, zeros
    aside, make a number unreadable, so that sums and products stay exact decimals.
#}
{% macro read_as(form, text, case=none) %}
    {{- adapter.dispatch('read_as')(form, text, case) -}}
{% endmacro %}

{% macro duckdb__read_as(form, text, case) -%}
    {%- set numbers = {
        'amount': ('[0-9]{1,12}([.][0-9]{1,6}0*)?', 'decimal(18, 6)'),
        'quantity': ('[0-9]{1,9}([.][0-9]{1,6}0*)?', 'decimal(15, 6)'),
        'exchange_rate': ('[0-9]{1,7}([.][0-9]{1,10}0*)?', 'decimal(17, 10)'),
        'rate': ('[0-9]([.][0-9]{1,10}0*)?', 'decimal(11, 10)'),
        'integer': ('[0-9]{1,18}', 'bigint'),
    } -%}
    {%- set day = '[0-9]{4}-[0-9]{2}-[0-9]{2}' -%}
    {%- set clock = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' -%}
    {%- set offset = '(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)' -%}
    {%- if form == 'text' -%}
        {{ case ~ '(' ~ text ~ ')' if case else text }}
    {%- elif form == 'click_id' -%}
        {{ without_placeholder(text) }}
    {%- elif form == 'timestamp' -%}
        case
            when {{ text }} like '0000%' then null
            when regexp_full_match({{ text }}, '{{ day }}([T ]{{ clock }})?')
                then try_cast({{ text }} as timestamp)
            when regexp_full_match({{ text }}, '{{ day }}[T ]{{ clock }}{{ offset }}')
                then timezone('UTC', try_cast({{ text }} as timestamptz))
        end
    {%- elif form == 'date' -%}
        case
            when {{ text }} not like '0000%' and regexp_full_match({{ text }}, '{{ day }}')
                then try_cast({{ text }} as date)
        end
    {%- elif form == 'bool' -%}
        case
            when lower({{ text }}) in ('true', '1', 'yes') then true
            when lower({{ text }}) in ('false', '0', 'no') then false
        end
    {%- else -%}
        {%- set pattern, type = numbers[form] -%}
        {%- set number = 'try_cast(' ~ text ~ ' as ' ~ type ~ ')' -%}
        case
            when regexp_full_match({{ text }}, '[+-]?0*{{ pattern }}')
            {%- if form == 'exchange_rate' %} and {{ number }} > 0
            {%- elif form == 'rate' %} and {{ number }} between 0 and 1
            {%- endif %}
                then {{ number }}
        end
    {%- endif -%}
{%- endmacro %}

{# Unfilled templates and stand-ins for nothing count as blank. #}
{% macro without_placeholder(text) -%}
    case
        -- Longer than any stand-in, and no template: nearly all are.
        when length({{ text }}) > 9 and {{ text }} < '{' then {{ text }}
        when
            lower({{ text }}) not in ('null', 'undefined', '(not set)', 'test')
            and not (left({{ text }}, 1) = '{' and right({{ text }}, 1) = '}')
            then {{ text }}
    end
{%- endmacro %}
