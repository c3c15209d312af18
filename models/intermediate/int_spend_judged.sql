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
            known_at
        from ({{ union_connectors(table_name) }}) as {{ table_name }}
        where standing = 'in_force'
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

    select
        delivered.*,
        accounts.currency_code,
        accounts.account_id is not null as is_account_known,
        campaigns.campaign_id is not null as is_campaign_known,
        coalesce(campaigns.business_model, 'unassigned') as business_model,
        campaigns.ecommerce_spend_share,
        {{ exchange_rate('accounts.currency_code') }}
    from delivered
    left join accounts
        on
            delivered.platform = accounts.platform
            and delivered.account_id = accounts.account_id
    left join campaigns
        on
            delivered.platform = campaigns.platform
            and delivered.account_id = campaigns.account_id
            and delivered.campaign_id = campaigns.campaign_id
    left join exchange_rates
        on
            accounts.currency_code = exchange_rates.currency_code
            and delivered.spend_date = exchange_rates.rate_date

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
    is_campaign_known,
    spend_date,
    known_at
from judged
