with

-- What the standard layout says of an account goes before what a connector does.
ad_accounts as (

    select
        *,
        row_number() over (
            partition by platform, account_id
            order by case connector when 'standard' then 1 else 2 end, connector
        ) as choice
    from ({{ union_connectors('ad_accounts') }}) as delivered
    where standing = 'in_force'

),

time_zones as (

    {{ known_time_zones() }}

),

zoned as (

    select
        ad_accounts.*,
        time_zones.time_zone is not null as is_time_zone_known,
        coalesce(time_zones.time_zone, 'UTC') as known_time_zone
    from ad_accounts
    left join time_zones on ad_accounts.time_zone = time_zones.time_zone
    where ad_accounts.choice = 1

)

select
    platform,
    account_id,
    currency_code,
    known_time_zone as time_zone,
    time_zone as time_zone_delivered,
    connector,
    row_key,
    is_time_zone_known,
    known_at
from zoned
