{# One row per connector and ad account: what it spent, and on which terms. #}
{% from 'known_time_zones.sql' import duckdb__known_time_zones %}
with

spend as (

    select
        connector,
        platform,
        account_id,
        sum(cost) as cost,
        sum(delivered_row_count) as spend_row_count
    from staged.ad_spend
    where standing = 'in_force'
    group by connector, platform, account_id

),

-- As in int_accounts: the standard layout goes before connectors.
listed as (

    select
        *,
        row_number() over (
            partition by platform, account_id
            order by
                standing <> 'in_force',
                case connector when 'standard' then 1 else 2 end,
                connector
        ) as choice
    from staged.ad_accounts
    where
        standing = 'in_force'
        or (standing = 'rejected' and own_issue_column = 'currency_code')

),

known_zones as (

    {{ duckdb__known_time_zones() }}

),

joined as (

    select
        coalesce(spend.connector, listed.connector) as connector,
        coalesce(spend.platform, listed.platform) as platform,
        coalesce(spend.account_id, listed.account_id) as account_id,
        listed.account_name,
        case when listed.standing = 'in_force' then listed.currency_code end
            as currency_code,
        listed.time_zone,
        case
            when listed.platform is null then 'unlisted'
            when listed.standing = 'rejected' then 'currency_missing'
        end as currency_issue,
        case
            when listed.platform is null then null
            when listed.time_zone is null then 'zone_missing'
            when listed.time_zone not in (select known_zones.time_zone from known_zones)
                then 'zone_unknown'
        end as zone_issue,
        coalesce(spend.cost, 0) as cost,
        cast(coalesce(spend.spend_row_count, 0) as bigint) as spend_row_count
    from spend
    full outer join (select * from listed where choice = 1) as listed
        on
            spend.platform = listed.platform
            and spend.account_id = listed.account_id

)

select
    connector,
    platform,
    account_id,
    shown(account_name) as account_name,
    currency_code,
    shown(time_zone) as time_zone,
    currency_issue,
    zone_issue,
    cast(cost as decimal(18, 2)) as cost,
    spend_row_count
from joined
order by currency_issue is null, zone_issue is null, cost desc, connector, account_id
