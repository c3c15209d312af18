-- In schema staging, unlike its folder: these are rows of staging.
{{ config(
    schema='staging',
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['connector', 'click_id_type', 'click_id']
) }}

{%- set clicks_in_brief = union_connectors('ad_clicks_brief') -%}
{%- set ids_sought = ref('int_ids_sought') -%}

{#- Which clicks may be new here: those settled since, and those that a new conversion names.
    Any click may be that of a new conversion: each of two numbers of all clicks is looked
    through by itself, for then the engine skips what is in no place. -#}
{%- if is_incremental() -%}
    {%- set query -%}
        select
            row_key_hash,
            delivered_part
        from ({{ clicks_in_brief }}) as clicks
        where standing = 'in_force' and {{ is_sought('click_id', ids_sought, after='found_run') }}
        union all
        select
            row_key_hash,
            delivered_part
        from ({{ clicks_in_brief }}) as clicks
        where standing = 'in_force' and {{ is_sought('visitor_id', ids_sought, after='found_run') }}
        union all
        select
            row_key_hash,
            delivered_part
        from ({{ clicks_in_brief }}) as clicks
        where
            standing = 'in_force'
            and settled_run > {{ newest_run('found_run') }}
            and (
                {{ is_sought('click_id', ids_sought) }}
                or {{ is_sought('visitor_id', ids_sought) }}
                or row_key_hash in (select former.row_key_hash from {{ this }} as former)
            )
    {%- endset -%}
    {%- set candidates = asked_before('clicks_wanted', query) -%}
    {%- set their_parts = 'select delivered_part from ' ~ candidates -%}
{%- endif -%}

with

clicks as (

    select *
    from ({{ union_connectors('ad_clicks') }}) as delivered
    where
        standing = 'in_force'
        and {{ of_parts(their_parts) if is_incremental() else 'true' }}
        and {{ 'row_key_hash in (select row_key_hash from ' ~ candidates ~ ')'
            if is_incremental() else 'true' }}

),

ids as (

    select * from {{ ids_sought }}

)

select
    connector,
    row_key_hash,
    click_id_type,
    click_id,
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    visitor_id,
    device,
    country_code,
    standing,
    clicked_at,
    known_at,
    {{ run_number() }} as found_run
from clicks
where
    click_id in (
        select ids.id_value
        from ids
        where ids.id_kind = 'click_id'
    )
    or {{ without_identity('visitor_id') }} in (
        select ids.id_value
        from ids
        where ids.id_kind = 'visitor_id'
    )
    {{ 'or row_key_hash in (select former.row_key_hash from ' ~ this ~ ' as former)'
        if is_incremental() }}
