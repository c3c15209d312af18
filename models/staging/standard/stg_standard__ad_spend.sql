with

delivered as (

    select {{ delivered_columns('ad_spend') }}
    from {{ source('raw', 'ad_spend') }}

),

typed as (

    select {{ typed_columns('ad_spend') }}
    from delivered

),

known as (

    select
        *,
        greatest(cast(spend_date as timestamp), loaded_at) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('ad_spend') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('ad_spend') }}
from ranked
