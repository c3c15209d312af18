-- In schema staging, alone of its folder: these are rows of staging.
{{ config(
    schema='staging',
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash'
) }}

with

clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where standing = 'in_force'

),

ids as (

    select * from {{ ref('int_ids_sought') }}

),

{% set kinds = ['click_id', 'visitor_id'] -%}
{% if is_incremental() -%}
    -- New rows that old conversions name, or that take the place of a row found before.
    settled as (

        select *
        from clicks
        where settled_run > (select coalesce(max(found_run), 0) from {{ this }})

    ),

    -- Any click may be that of a new conversion: two columns of all history are looked through.
    found as (

        select *
        from settled
        where
            row_key_hash in (select former.row_key_hash from {{ this }} as former)
            {% for kind in kinds -%}
                or {{ kind }} in (select ids.id_value from ids where ids.id_kind = '{{ kind }}')
            {% endfor %}

        {% for kind in kinds %}
            union distinct

            select *
            from clicks
            where {{ kind }} in (
                select ids.id_value
                from ids
                where
                    ids.id_kind = '{{ kind }}'
                    and ids.sought_run > (select coalesce(max(found_run), 0) from {{ this }})
            )
        {% endfor %}

    )
{%- else -%}
    found as (

        select *
        from clicks
        where
            {% for kind in kinds -%}
                {{ kind }} in (select ids.id_value from ids where ids.id_kind = '{{ kind }}')
                {{ 'or' if not loop.last }}
            {% endfor %}
    )
{%- endif %}

select
    *,
    {{ run_number() }} as found_run
from found
