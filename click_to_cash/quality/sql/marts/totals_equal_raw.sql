{# Rows and sums of the marts are those of the raw tables as they lie there now. #}
with

accounts as (

    select
        trim(platform) as platform,
        trim(account_id) as account_id
    from told.ad_accounts
    group by all
    having bool_and(upper(trim(currency_code)) = '{{ reporting_currency }}')

),

-- The newest delivery of each day's cost; its text of loaded_at is compared as it is.
costs as (

    select
        spend.platform,
        spend.account_id,
        arg_max(try_cast(trim(spend.cost) as double), coalesce(spend.loaded_at, '')) as cost
    from told.ad_spend as spend
    inner join accounts
        on
            trim(spend.platform) = accounts.platform
            and trim(spend.account_id) = accounts.account_id
    group by
        spend.platform,
        spend.account_id,
        spend.campaign_id,
        spend.ad_group_id,
        spend.spend_date,
        spend.connector,
        spend.raw_key

),

compared as (

    {% for table in tables -%}
    select
        '{{ table }}, rows' as subject,
        (
            select sum(delivered_row_count)
            from raw_row_accounts
            where table_name = '{{ table }}'
        ) as found,
        (select count(*) from told.{{ table }}) as expected,
        0 as tolerance
    union all
    {% endfor -%}
    select
        'spend of accounts in {{ reporting_currency }}' as subject,
        (
            select sum(days.spend)
            from roas_by_campaign_day as days
            inner join accounts
                on days.platform = accounts.platform and days.account_id = accounts.account_id
        ) as found,
        (select sum(cost) from costs) as expected,
        {{ max_share }} as tolerance
    union all
    select
        'net revenue' as subject,
        (
            select sum(ecommerce_net_revenue + ecommerce_cross_line_net_revenue)
            from roas_by_campaign_day
        ) as found,
        (select sum(net_revenue) from orders) as expected,
        0 as tolerance
    union all
    select
        'won value' as subject,
        (
            select sum(lead_gen_won_value + lead_gen_cross_line_won_value)
            from roas_by_campaign_day
        ) as found,
        (select sum(won_value) from deals) as expected,
        0 as tolerance

)

select
    subject,
    round(found, 2) as found,
    round(expected, 2) as expected
from compared
cross join (select count(*) from {batch}) as build
where abs(coalesce(found, 0) - coalesce(expected, 0)) > tolerance * abs(coalesce(expected, 0))
order by subject
