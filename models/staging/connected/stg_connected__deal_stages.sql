{{ config(enabled=connectors_of('deal_stages') | length > 0) }}

with

told as (

    {{ union_told('deal_stages') }}

),

delivered as (

    select
        connector,
        {{ delivered_columns('deal_stages', native=false) }}
    from told

),

typed as (

    select
        connector,
        {{ typed_columns('deal_stages', native=false) }}
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
        {{ standing('deal_stages', within=['connector']) }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('deal_stages', connector='connector') }}
from ranked
