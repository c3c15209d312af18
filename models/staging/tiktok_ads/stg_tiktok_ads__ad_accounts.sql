with

accounts as (

    select * from {{ source('tiktok_ads', 'advertiser') }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'tiktok_ads'

),

renamed as (

    select
        'tiktok_ads' as platform,
        accounts.id as account_id,
        accounts.name as account_name,
        coalesce(accounts.currency, {{ default_of('currency_code', 'accounts.id') }})
            as currency_code,
        coalesce(accounts.timezone, {{ default_of('time_zone', 'accounts.id') }})
            as time_zone,
        {{ synced_at('accounts._fivetran_synced') }}
    from accounts

)

select {{ told_columns('ad_accounts', 'tiktok_ads') }}
from renamed
