with

delivered as (

    select {{ delivered_columns('form_fill_attributes') }}
    from {{ source('raw', 'form_fill_attributes') }}

),

typed as (

    select {{ typed_columns('form_fill_attributes') }}
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
        {{ standing('form_fill_attributes') }} as standing
    from known
    where {{ is_known('known_at') }}

)

select {{ staged_columns('form_fill_attributes') }}
from ranked
