-- In schema staging, unlike its folder: erased visitors stand in it, too.
{{ config(
    schema='staging',
    materialized='incremental',
    incremental_strategy='append'
) }}

with

named as (

    {% for column in ['click_id', 'url_click_id', 'form_click_id', 'form_url_click_id'] -%}
        select
            'click_id' as id_kind,
            {{ column }} as id_value
        from {{ ref('int_conversions') }}

        union all

    {% endfor -%}
    select
        'click_id' as id_kind,
        click_id as id_value
    from {{ ref('int_page_click_ids') }}

    {% for table_name in ['orders', 'form_fills'] %}
        union all

        select
            'visitor_id' as id_kind,
            {{ without_identity('visitor_id') }} as id_value
        from ({{ union_connectors(table_name) }}) as {{ table_name }}
        where standing = 'in_force'
    {% endfor %}

),

ids as (

    select distinct
        id_kind,
        id_value
    from named
    where id_value is not null

)

select
    ids.id_kind,
    ids.id_value,
    {{ run_number() }} as sought_run
from ids
{% if is_incremental() %}
    left join {{ this }} as former
        on ids.id_kind = former.id_kind and ids.id_value = former.id_value
    where former.id_value is null
{% endif %}
