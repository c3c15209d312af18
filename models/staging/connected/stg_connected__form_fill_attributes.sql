{{ config(enabled=connectors_of('form_fill_attributes') | length > 0) }}

with

typed as (

    {{ typed_told('form_fill_attributes') }}

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
        {{ standing('form_fill_attributes', within=['connector']) }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('form_fill_attributes', connector='connector') }}
from ranked
