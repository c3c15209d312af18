with

accounts as (

    select * from {{ source('google_ads', 'account_history') }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'google_ads'

),

renamed as (

    select
        'google_ads' as platform,
        accounts.id as account_id,
        accounts.descriptive_name as account_name,
        coalesce(
            accounts.currency_code, {{ default_of('currency_code', 'accounts.id') }}
        ) as currency_code,
        coalesce(accounts.time_zone, {{ default_of('time_zone', 'accounts.id') }})
            as time_zone,
        {{ synced_at('accounts.updated_at') }}
    from accounts

)

select {{ told_columns('ad_accounts', 'google_ads') }}
from renamed
