{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='spend_date'
) }}

{#- Days with rows settled since, and days on which other terms hold by now. -#}
{%- if is_incremental() -%}
    {%- set touched -%}
        {{ days_settled('ad_spend', 'spend_date', 'settled_run') }}
        union all
        {{ days_settled('product_spend', 'spend_date', 'settled_run') }}
        union all
        select spend_date as day
        from (
            {{ spend_with_terms(
                this, ref('int_accounts'), ref('int_campaigns'), ref('int_exchange_rates'),
                prefix='new_'
            ) }}
        ) as judged
        where
            currency_code is distinct from new_currency_code
            or is_account_known <> new_is_account_known
            or is_campaign_known <> new_is_campaign_known
            or business_model <> new_business_model
            or ecommerce_spend_share is distinct from new_ecommerce_spend_share
            or rate_multiplier is distinct from new_rate_multiplier
            or rate_divisor is distinct from new_rate_divisor
    {%- endset -%}
    {%- set days = touched_days(touched) -%}
{%- endif -%}

with

-- Cost by product is the same money cut another way: judged alike, never added up.
delivered as (

    {% for table_name in ['ad_spend', 'product_spend'] -%}
        select
            '{{ table_name }}' as table_name,
            connector,
            row_key,
            platform,
            account_id,
            campaign_id,
            {{ 'ad_group_id' if table_name == 'ad_spend' else 'cast(null as varchar)' }}
                as ad_group_id,
            {{ 'product_id' if table_name == 'product_spend' else 'cast(null as varchar)' }}
                as product_id,
            spend_date,
            cost,
            cost_delivered,
            impressions,
            clicks,
            platform_conversions,
            platform_conversion_value,
            delivered_row_count,
            known_at,
            settled_run
        from ({{ union_connectors(table_name) }}) as {{ table_name }}
        where
            standing = 'in_force'
            and {{ on_days('spend_date', days) if is_incremental() else 'true' }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

priced as (

    {{ spend_with_terms('delivered', 'accounts', 'campaigns', 'exchange_rates') }}

),

judged as (

    select
        *,
        case
            when not is_account_known then 'account_unknown'
            when
                rate_multiplier is null
                and (cost <> 0 or coalesce(platform_conversion_value, 0) <> 0)
                then 'fx_rate_missing'
            when
                coalesce({{ is_out_of_range('cost') }}, false)
                or coalesce({{ is_out_of_range('platform_conversion_value') }}, false)
                then 'out_of_range'
        end as issue,
        {{ to_cents('cost') }} as spend,
        case
            when platform_conversion_value is not null
                then {{ to_cents('platform_conversion_value') }}
        end as converted_platform_conversion_value
    from priced

)

select
    table_name,
    connector,
    row_key,
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    product_id,
    business_model,
    currency_code,
    cost_delivered,
    issue,
    cost as cost_original,
    spend,
    ecommerce_spend_share,
    impressions,
    clicks as platform_clicks,
    platform_conversions,
    converted_platform_conversion_value as platform_conversion_value,
    is_account_known,
    is_campaign_known,
    rate_multiplier,
    rate_divisor,
    spend_date,
    delivered_row_count,
    known_at,
    settled_run
from judged
