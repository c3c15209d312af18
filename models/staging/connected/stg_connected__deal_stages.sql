{{ config(enabled=connectors_of('deal_stages') | length > 0) }}

with

typed as (

    {{ typed_told('deal_stages') }}

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
