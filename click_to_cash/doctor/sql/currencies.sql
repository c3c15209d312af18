{# One row per connector, table and currency of its money; a blank currency is unknown. #}
with

spend as (

    select
        ad_spend.connector,
        'ad_spend' as table_name,
        accounts.currency_code,
        ad_spend.spend_date as day,
        ad_spend.cost as amount,
        ad_spend.delivered_row_count as row_count,
        ad_spend.cost <> 0 as needs_rate
    from staged.ad_spend
    left join doctor.accounts
        on
            ad_spend.connector = accounts.connector
            and ad_spend.platform = accounts.platform
            and ad_spend.account_id = accounts.account_id
    where ad_spend.standing = 'in_force'

),

-- Without a currency a deal or an order is rejected; its amount is known all the same.
deals as (

    select
        connector,
        'crm_deals' as table_name,
        case when standing = 'in_force' then currency_code end as currency_code,
        cast(created_at as date) as day,
        amount,
        1 as row_count,
        coalesce(amount <> 0, false) as needs_rate
    from staged.crm_deals
    where
        standing = 'in_force'
        or (standing = 'rejected' and own_issue_column = 'currency_code')

),

orders as (

    select
        connector,
        'orders' as table_name,
        case when standing = 'in_force' then currency_code end as currency_code,
        cast(ordered_at as date) as day,
        null as amount,
        1 as row_count,
        true as needs_rate
    from staged.orders
    where
        standing = 'in_force'
        or (standing = 'rejected' and own_issue_column = 'currency_code')

),

rates as (

    select
        from_currency_code as currency_code,
        rate_date
    from staged.fx_rates
    where standing = 'in_force' and to_currency_code = '{{ reporting_currency }}'

    union

    select
        to_currency_code as currency_code,
        rate_date
    from staged.fx_rates
    where standing = 'in_force' and from_currency_code = '{{ reporting_currency }}'

),

days as (

    select
        connector,
        table_name,
        currency_code,
        day,
        needs_rate,
        sum(amount) as amount,
        sum(row_count) as row_count
    from (
        select * from spend
        union all
        select * from deals
        union all
        select * from orders
    ) as money
    group by connector, table_name, currency_code, day, needs_rate

),

judged as (

    select
        *,
        needs_rate
        and currency_code <> '{{ reporting_currency }}'
        and not exists (
            select 1
            from rates
            where
                rates.currency_code = days.currency_code
                and days.day between rates.rate_date
                and rates.rate_date + {{ fx_max_age_days }}
        ) as lacks_rate
    from days

)

select
    connector,
    table_name,
    shown(currency_code) as currency_code,
    cast(sum(row_count) as bigint) as row_count,
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(coalesce(sum(row_count) filter (lacks_rate), 0) as bigint)
        as without_rate_row_count,
    cast(coalesce(sum(amount) filter (lacks_rate), 0) as decimal(18, 2))
        as without_rate_amount
from judged
group by connector, table_name, currency_code
order by connector, table_name, currency_code nulls first
