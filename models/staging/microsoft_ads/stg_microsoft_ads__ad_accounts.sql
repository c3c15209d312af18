with

accounts as (

    select * from {{ source('microsoft_ads', 'account_history') }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'microsoft_ads'

),

time_zones as (

    select * from {{ ref('time_zones') }}

),

renamed as (

    select
        'microsoft_ads' as platform,
        accounts.id as account_id,
        accounts.name as account_name,
        coalesce(
            accounts.currency_code, {{ default_of('currency_code', 'accounts.id') }}
        ) as currency_code,
        coalesce(
            time_zones.time_zone, accounts.time_zone, {{ default_of('time_zone', 'accounts.id') }}
        ) as time_zone,
        {{ synced_at('accounts.last_modified_time') }}
    from accounts
    left join time_zones on accounts.time_zone = time_zones.delivered_time_zone

)

select {{ told_columns('ad_accounts', 'microsoft_ads') }}
from renamed
