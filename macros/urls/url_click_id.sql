{#
    The click ID that counts among URL parameters, as (rank, place, click_id_type, click_id):
    the first type in the order of precedence, of a repeated one the first value. `holding`
    keeps to parameters whose value is that very ID.
#}
{% macro url_click_id(parameters, holding=none) %}
    {{- adapter.dispatch('url_click_id')(parameters, holding) -}}
{% endmacro %}

{% macro duckdb__url_click_id(parameters, holding) -%}
    list_min(
        list_transform(
            list_filter(
                {{ parameters }},
                lambda parameter: parameter.name in (
                    {%- for type in click_id_types() %}'{{ type.name }}'{{ ', ' if not loop.last }}{% endfor -%}
                )
                {%- if holding %} and parameter.value = {{ holding }}{% endif %}
            ),
            lambda parameter, place: {
                'rank': {{ click_id_rank('parameter.name') }},
                'place': place,
                'click_id_type': parameter.name,
                'click_id': parameter.value
            }
        )
    )
{%- endmacro %}
