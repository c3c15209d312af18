-- In schema staging, alone of its folder: these are rows of staging.
{{ config(
    schema='staging',
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash'
) }}

{#- Days with rows settled since, and days with clicks that a new conversion names. Any click
    may be that of a new conversion: two columns of all history are looked through. -#}
{%- if is_incremental() -%}
    {%- set touched -%}
        {{ days_settled('ad_clicks', 'clicked_at', 'found_run') }}
        union all
        select cast(clicked_at as date) as day
        from ({{ union_connectors('ad_clicks') }}) as clicks
        where
            standing = 'in_force'
            and (
                click_id in ({{ ids_sought(ref('int_ids_sought'), 'click_id', after='found_run') }})
                or {{ without_identity('visitor_id') }}
                in ({{ ids_sought(ref('int_ids_sought'), 'visitor_id', after='found_run') }})
            )
    {%- endset -%}
    {%- set days = touched_days(touched) -%}
{%- endif -%}

with

clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where
        standing = 'in_force'
        and {{ on_days('clicked_at', days) if is_incremental() else 'true' }}

),

ids as (

    select * from {{ ref('int_ids_sought') }}

),

found as (

    select *
    from clicks
    where
        click_id in ({{ ids_sought('ids', 'click_id') }})
        or {{ without_identity('visitor_id') }} in ({{ ids_sought('ids', 'visitor_id') }})
        {{ 'or row_key_hash in (select former.row_key_hash from ' ~ this ~ ' as former)'
            if is_incremental() }}

)

select
    *,
    {{ run_number() }} as found_run
from found
