{{ config(enabled=connectors_of('products') | length > 0) }}

with

typed as (

    {{ typed_told('products') }}

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
        {{ standing('products', within=['connector']) }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('products', connector='connector') }}
from ranked
