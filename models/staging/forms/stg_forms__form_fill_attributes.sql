with

answers as (

    select
        form_fill_id,
        field as attribute_name,
        value as attribute_value
    from {{ ref('stg_forms__values') }}
    where meaning is null

)

select {{ told_columns('form_fill_attributes', 'forms') }}
from answers
