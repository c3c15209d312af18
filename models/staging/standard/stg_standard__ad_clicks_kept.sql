{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash'
) }}

{%- set rows_read = ref('stg_standard__ad_clicks_read') -%}
{%- set wanted_keys, is_new_part = kept_keys(rows_read), 'true' -%}
{%- if is_incremental() -%}
    {%- set new_keys = kept_keys(rows_read, 'settled_run > ' ~ newest_run('settled_run')) -%}
    {%- set wanted_keys = 'select row_key_hash from ' ~ asked_before('clicks_kept', new_keys) -%}
    {#- Rejected rows have no key by which they could be deleted. -#}
    {%- set is_new_part -%}
        delivered_part not in (select delivered_part from {{ this }} where standing = 'rejected')
    {%- endset -%}
    {%- set parts -%}
        select delivered_part
        from {{ rows_read }}
        where
            (is_rejected and {{ is_new_part }})
            or row_key_hash in ({{ wanted_keys }})
    {%- endset -%}
{%- endif -%}

with

kept_keys as (

    {{ wanted_keys }}

),

clicks as (

    select *
    from {{ ref('stg_standard__ad_clicks_typed') }}
    where {{ of_parts(parts) if is_incremental() else 'true' }}

),

ranked as (

    -- Unlike every other table: the earliest click of an ID is the click.
    select
        *,
        row_number() over (
            partition by standing, click_id_type, click_id
            order by clicked_at, campaign_id nulls last, {{ click_text([
                'platform', 'account_id', 'ad_group_id', 'ad_id', 'keyword', 'product_id',
                'landing_page_url', 'visitor_id', 'device', 'country_code', 'loaded_at',
                'click_id', 'click_id_type', 'campaign_id', 'clicked_at',
            ], 'chr(1114111)') }}
        ) as click_rank
    from clicks
    where
        row_key_hash in (select kept_keys.row_key_hash from kept_keys)
        or (standing = 'rejected' and {{ is_new_part }})

)

select
    * exclude (
        click_id_delivered,
        ad_group_id_delivered,
        ad_id_delivered,
        clicked_at_delivered,
        loaded_at_delivered,
        click_rank
    ) replace (
        case
            when standing = 'in_force' and click_rank > 1 then 'superseded' else standing
        end as standing
    ),
    {{ run_number() }} as settled_run
from ranked
