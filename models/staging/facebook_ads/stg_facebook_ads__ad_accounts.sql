with

accounts as (

    select * from {{ source('facebook_ads', 'account_history') }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'facebook_ads'

),

renamed as (

    select
        'meta_ads' as platform,
        accounts.id as account_id,
        accounts.name as account_name,
        coalesce(accounts.currency, {{ default_of('currency_code', 'accounts.id') }})
            as currency_code,
        coalesce(accounts.timezone_name, {{ default_of('time_zone', 'accounts.id') }})
            as time_zone,
        {{ synced_at('accounts._fivetran_synced') }}
    from accounts

)

select {{ told_columns('ad_accounts', 'facebook_ads') }}
from renamed
