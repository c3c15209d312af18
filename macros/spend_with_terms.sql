{# Rows of spend with the terms on which they count: currency and rate of the account, model
   of the campaign. The last three are relations of int_accounts, int_campaigns and
   int_exchange_rates, or CTEs of them. With `prefix` the terms get other names, beside those that rows bear. #}
{% macro spend_with_terms(rows, accounts, campaigns, exchange_rates, prefix='') %}
    select
        rows.*,
        accounts.currency_code as {{ prefix }}currency_code,
        accounts.account_id is not null as {{ prefix }}is_account_known,
        campaigns.campaign_id is not null as {{ prefix }}is_campaign_known,
        coalesce(campaigns.business_model, 'unassigned') as {{ prefix }}business_model,
        campaigns.ecommerce_spend_share as {{ prefix }}ecommerce_spend_share,
        {{ exchange_rate('accounts.currency_code', prefix=prefix) }}
    from {{ rows }} as rows
    left join {{ accounts }} as accounts
        on rows.platform = accounts.platform and rows.account_id = accounts.account_id
    left join {{ campaigns }} as campaigns
        on
            rows.platform = campaigns.platform
            and rows.account_id = campaigns.account_id
            and rows.campaign_id = campaigns.campaign_id
    left join {{ exchange_rates }} as exchange_rates
        on
            accounts.currency_code = exchange_rates.currency_code
            and rows.spend_date = exchange_rates.rate_date
{% endmacro %}
