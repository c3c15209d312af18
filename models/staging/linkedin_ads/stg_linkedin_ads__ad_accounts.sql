with

accounts as (

    select * from {{ source('linkedin_ads', 'ad_account_history') }}

),

defaults as (

    select *
    from {{ ref('connector_defaults') }}
    where connector = 'linkedin_ads'

),

renamed as (

    select
        'linkedin_ads' as platform,
        accounts.id as account_id,
        accounts.name as account_name,
        coalesce(accounts.currency, {{ default_of('currency_code', 'accounts.id') }})
            as currency_code,
        {{ default_of('time_zone', 'accounts.id') }}
            as time_zone,
        {{ synced_at('accounts.last_modified_time') }}
    from accounts

)

select {{ told_columns('ad_accounts', 'linkedin_ads') }}
from renamed
