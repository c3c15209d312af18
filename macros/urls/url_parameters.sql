{#
    The query parameters of a URL as an array of (name, value), in order: names in lower
    case, both percent-decoded once and trimmed, blank and placeholder values left out.
    The query is what stands between the first "?" and the next "#"; a value that does not
    decode to UTF-8 stays as it is, a plus sign stays a plus sign.
#}
{% macro url_parameters(url) %}{{ adapter.dispatch('url_parameters')(url) }}{% endmacro %}

{% macro duckdb__url_parameters(url) -%}
    case when contains({{ url }}, '?') then
        list_filter(
            list_transform(
                string_split(
                    split_part(substr({{ url }}, strpos({{ url }}, '?') + 1), '#', 1), '&'
                ),
                lambda pair: {
                    'name': lower({{ url_decoded("split_part(pair, '=', 1)") }}),
                    'value': {{ url_decoded(
                        "case when contains(pair, '=') then substr(pair, strpos(pair, '=') + 1) end"
                    ) }}
                }
            ),
            lambda parameter:
                parameter['value'] <> ''
                and {{ without_placeholder("parameter['value']") }} is not null
        )
    end
{%- endmacro %}

{% macro url_decoded(text) -%}
    trim(coalesce(try(url_decode({{ text }})), {{ text }}), {{ white_space() }})
{%- endmacro %}

{# The first value of a parameter in such an array. #}
{% macro url_parameter(parameters, name) %}
    {{- adapter.dispatch('url_parameter')(parameters, name) -}}
{% endmacro %}

{% macro duckdb__url_parameter(parameters, name) -%}
    list_filter({{ parameters }}, lambda parameter: parameter['name'] = '{{ name }}')[1]['value']
{%- endmacro %}
