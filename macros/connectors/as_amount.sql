{#
    Loaders write numbers and times in more ways than the layout takes. These macros put
    them into its forms; what is neither stays as delivered, to be rejected by name.
#}

{# A number with at most six decimals: floats come with a tail of noise. What the layout takes
   as it is stays as it is, as the audit shows it. #}
{% macro as_amount(text) -%}
    case
        when {{ read_as('amount', text) }} is not null then {{ text }}
        else coalesce(cast({{ decimal_or_null(text) }} as varchar), {{ text }})
    end
{%- endmacro %}

{# Millionths of a currency unit, whole numbers, as an amount. #}
{% macro as_amount_of_micros(text) -%}
    case
        when try_cast({{ text }} as bigint) = {{ decimal_or_null(text) }}
            then cast(cast(
                {{ decimal_or_null(text) }} * cast(0.000001 as decimal(7, 6)) as decimal(24, 6)
            ) as varchar)
        when {{ decimal_or_null(text) }} is null then {{ text }}
        else {{ text }} || ' micros'
    end
{%- endmacro %}

{# A number as a decimal to add and subtract, rounded to six decimals; null if it is none. #}
{% macro decimal_or_null(text) -%}
    try_cast(round(
        case when strpos({{ text }}, '_') = 0 then try_cast({{ text }} as decimal(38, 16)) end, 6
    ) as decimal(24, 6))
{%- endmacro %}

{# A time: one digit for the hour becomes two, and its zone follows without a blank, UTC as Z. #}
{% macro as_time(text) -%}
    regexp_replace(
        regexp_replace(
            regexp_replace(trim({{ text }}), '^(.{10}[T ])([0-9]):', '\10\2:'),
            '([0-9]) ?UTC$', '\1Z'
        ),
        '([0-9]) ([+-][0-9:]+)$', '\1\2'
    )
{%- endmacro %}

{# The earlier of two times, as delivered; the second one may be blank. #}
{% macro earlier_of(time, other) -%}
    case
        when {{ time_or_null(other) }} < {{ time_or_null(time) }} then {{ other }}
        else {{ time }}
    end
{%- endmacro %}

{# A date without a time, as the time of something on that day which it cannot lie before. #}
{% macro not_before(date, time) -%}
    case when {{ as_day(date) }} = {{ as_day(time) }} then {{ time }} else {{ date }} end
{%- endmacro %}

{# The day of a time or date as its own calendar writes it. #}
{% macro as_day(text) -%}
    case
        when {{ read_as('timestamp', as_time(text)) }} is not null then left(trim({{ text }}), 10)
        else {{ text }}
    end
{%- endmacro %}

{# A time to compare by, UTC; null if it is none. #}
{% macro time_or_null(text) -%}
    {{ read_as('timestamp', as_time(text)) }}
{%- endmacro %}

{# Columns that tell rows of one key apart, as one text. #}
{% macro raw_key_of(columns) -%}
    {%- for column in columns -%}
        coalesce({{ column }}, ''){{ " || '/' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# What the seed connector_defaults says of an account, by the caller's CTE `defaults` of its
   rows for the connector: of that very account, else of all. #}
{% macro default_of(column, account_id='cast(null as varchar)') -%}
    coalesce(
        (select max(defaults.{{ column }}) from defaults where defaults.account_id = {{ account_id }}),
        (select max(defaults.{{ column }}) from defaults where defaults.account_id is null)
    )
{%- endmacro %}

{# Two numbers that count different things as their sum, a blank one as 0; if one cannot be
   read, that one as delivered. #}
{% macro as_sum(left, right) -%}
    case
        when {{ left }} is not null and {{ decimal_or_null(left) }} is null then {{ left }}
        when {{ right }} is not null and {{ decimal_or_null(right) }} is null then {{ right }}
        when coalesce({{ left }}, {{ right }}) is not null
            then cast(
                coalesce({{ decimal_or_null(left) }}, 0) + coalesce({{ decimal_or_null(right) }}, 0)
                as varchar
            )
    end
{%- endmacro %}

{# A number worked out from a delivered one: as delivered where it is the same, or none. #}
{% macro as_computed(number, text) -%}
    case
        when {{ number }} = {{ decimal_or_null(text) }} then {{ text }}
        else coalesce(cast({{ number }} as varchar), {{ text }})
    end
{%- endmacro %}

{# Per cent as a share of 1. #}
{% macro as_share(text) -%}
    case
        when {{ decimal_or_null(text) }} between 0 and 100
            then cast(cast({{ decimal_or_null(text) }} * 0.01 as decimal(24, 8)) as varchar)
        else {{ text }}
    end
{%- endmacro %}

{# The rows of a CTE, each once for every part of a text between separators, as `part`. #}
{% macro parts_of(rows, text, separator) %}
    {{- adapter.dispatch('parts_of')(rows, text, separator) -}}
{% endmacro %}

{% macro duckdb__parts_of(rows, text, separator) -%}
    select
        *,
        unnest(string_split({{ text }}, '{{ separator }}')) as part
    from {{ rows }}
{%- endmacro %}

{# A value without the quotes that a loader of JSON leaves around it. #}
{% macro unquoted(text) -%}
    nullif(trim({{ text }}, '"'), '')
{%- endmacro %}

{# The value of a name in a JSON array of names and values, as shops note them. #}
{% macro named_value(text, name) %}
    {{- adapter.dispatch('named_value')(text, name) -}}
{% endmacro %}

{% macro duckdb__named_value(text, name) -%}
    list_filter(
        try(from_json({{ text }}, '[{"name": "VARCHAR", "value": "VARCHAR"}]')),
        lambda noted: noted['name'] = '{{ name }}'
    )[1]['value']
{%- endmacro %}

{# What a refund gave back without tax: where prices include tax, so does it. #}
{% macro untaxed_refund(amount, tax, is_tax_included) -%}
    ({{ decimal_or_null(amount) }}
    - case when {{ is_tax_included }} then coalesce({{ decimal_or_null(tax) }}, 0) else 0 end)
{%- endmacro %}

{# The rows of a CTE, each once for every entry of a JSON object, as `name` and `value`; what
   is no object has none. #}
{% macro json_entries(rows, column) %}
    {{- adapter.dispatch('json_entries')(rows, column) -}}
{% endmacro %}

{% macro duckdb__json_entries(rows, column) -%}
    select
        * exclude (entry),
        entry['key'] as name,
        entry['value'] as value
    from (
        select
            *,
            unnest(map_entries(
                try_cast(try_cast({{ column }} as json) as map(varchar, varchar))
            )) as entry
        from {{ rows }}
    ) as entries
{%- endmacro %}
