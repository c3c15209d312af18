{%- set told_types = [] -%}
{%- for type in click_id_types() if type.platform or type.counts_for -%}
    {%- do told_types.append(type.name) -%}
{%- endfor -%}

with

pages as (

    select
        'order' as page_type,
        order_id as page_id,
        {{ url_parameters('landing_page_url') }} as url_parameters
    from ({{ union_connectors('orders') }}) as orders
    where standing = 'in_force' and landing_page_url is not null

    union all

    select
        'form_fill' as page_type,
        form_fill_id as page_id,
        {{ url_parameters('page_url') }} as url_parameters
    from ({{ union_connectors('form_fills') }}) as form_fills
    where standing = 'in_force' and page_url is not null

),

-- A page may carry IDs of several platforms; credit looks at one, each platform at its own.
of_types as (

    select
        page_type,
        {% for type in told_types -%}
            {{ url_parameter('url_parameters', type) }} as {{ type }},
        {% endfor %}
        page_id
    from pages

)

{% for type in told_types -%}
    select
        page_type,
        page_id,
        '{{ type }}' as click_id_type,
        {{ type }} as click_id
    from of_types
    where {{ type }} is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
