{%- set told_types = [] -%}
{%- for type in click_id_types() if type.platform or type.counts_for -%}
    {%- do told_types.append(type.name) -%}
{%- endfor -%}

with

conversions as (

    select * from {{ ref('int_conversions') }}

),

pages as (

    select
        'order' as conversion_type,
        order_id as conversion_id,
        {{ url_parameters('landing_page_url') }} as url_parameters
    from ({{ union_connectors('orders') }}) as orders
    where standing = 'in_force' and landing_page_url is not null

    union all

    select
        'form_fill' as conversion_type,
        form_fill_id as conversion_id,
        {{ url_parameters('page_url') }} as url_parameters
    from ({{ union_connectors('form_fills') }}) as form_fills
    where standing = 'in_force' and page_url is not null

),

-- A page may carry IDs of several platforms; credit looks at one, each platform at its own.
page_ids as (

    select
        conversion_type as page_type,
        {% for type in told_types -%}
            {{ url_parameter('url_parameters', type) }} as {{ type }},
        {% endfor %}
        conversion_id as page_id
    from pages

),

of_pages as (

    select
        conversions.conversion_type,
        conversions.conversion_id,
        conversions.anchor_at,
        page_ids.*
    from conversions
    inner join page_ids
        on
            case conversions.conversion_type when 'order' then 'order' else 'form_fill' end
            = page_ids.page_type
            and case conversions.conversion_type
                when 'order' then conversions.conversion_id
                else conversions.form_fill_id
            end = page_ids.page_id

),

carried as (

    select
        conversion_type,
        conversion_id,
        turn,
        coalesce(click_id_type, wanted_type) as click_id_type,
        wanted_id as click_id,
        anchor_at
    from {{ ref('int_click_candidates_judged') }}

    union all

    -- The click that earned it comes first; it may be one that only the visitor is known by.
    select
        conversion_type,
        conversion_id,
        0 as turn,
        click_id_type,
        click_id,
        anchor_at
    from {{ ref('int_conversion_clicks') }}
    where match_status = 'matched'

    {% for type in told_types %}
        union all

        select
            conversion_type,
            conversion_id,
            6 as turn,
            '{{ type }}' as click_id_type,
            {{ type }} as click_id,
            anchor_at
        from of_pages
        where {{ type }} is not null
    {% endfor %}

)

select
    carried.conversion_type,
    carried.conversion_id,
    {{ click_id_platform('carried.click_id_type') }} as platform,
    carried.click_id_type,
    carried.click_id,
    clicks.account_id,
    carried.turn,
    clicks.clicked_at,
    carried.anchor_at
from carried
left join {{ ref('int_clicks') }} as clicks
    on
        carried.click_id_type = clicks.click_id_type
        and carried.click_id = clicks.click_id
where {{ click_id_platform('carried.click_id_type') }} is not null
