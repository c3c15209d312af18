with

attributes as (

    select *
    from ({{ union_connectors('form_fill_attributes') }}) as delivered
    where standing = 'in_force'

),

form_fills as (

    select * from {{ ref('int_form_fills') }}

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

of_form_fills as (

    select
        attributes.form_fill_id,
        {{ without_erased('attributes.attribute_name', 'erased_ids') }} as attribute_name,
        {{ without_erased('attributes.attribute_value', 'erased_ids') }} as attribute_value
    from attributes
    inner join form_fills on attributes.form_fill_id = form_fills.form_fill_id

),

counted as (

    select
        *,
        count(*) over (partition by attribute_name, attribute_value) as sender_count
    from of_form_fills

)

-- An answer that few have given says who somebody is, such as a name or a number.
select
    form_fill_id,
    attribute_name,
    attribute_value
from counted
where
    sender_count >= 20
    and attribute_name is not null
    and attribute_value is not null
