with

delivered as (

    select {{ delivered_columns('deal_stages') }}
    from {{ source('raw', 'deal_stages') }}

),

typed as (

    select {{ typed_columns('deal_stages') }}
    from delivered

),

known as (

    select
        *,
        cast(null as timestamp) as known_at
    from typed

),

ranked as (

    select
        *,
        {{ standing('deal_stages') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('deal_stages') }}
from ranked
