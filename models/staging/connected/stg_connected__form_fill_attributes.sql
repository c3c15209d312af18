{{ config(enabled=connectors_of('form_fill_attributes') | length > 0) }}

with

told as (

    {{ union_told('form_fill_attributes') }}

),

delivered as (

    select
        connector,
        {{ delivered_columns('form_fill_attributes', native=false) }}
    from told

),

typed as (

    select
        connector,
        {{ typed_columns('form_fill_attributes', native=false) }}
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
        {{ standing('form_fill_attributes', within=['connector']) }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('form_fill_attributes', connector='connector') }}
from ranked
