with

delivered as (

    select {{ delivered_columns('fx_rates') }}
    from {{ source('raw', 'fx_rates') }}

),

typed as (

    select {{ typed_columns('fx_rates') }}
    from delivered

),

known as (

    select
        *,
        cast(rate_date as timestamp) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('fx_rates') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('fx_rates') }}
from ranked
