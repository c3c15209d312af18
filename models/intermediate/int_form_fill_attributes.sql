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
        coalesce(form_fills.visitor_id, attributes.form_fill_id) as sender,
        {{ without_erased('attributes.attribute_name', 'erased_ids') }} as attribute_name,
        {{ without_erased('attributes.attribute_value', 'erased_ids') }} as attribute_value
    from attributes
    inner join form_fills on attributes.form_fill_id = form_fills.form_fill_id

),

common as (

    select
        attribute_name,
        attribute_value
    from of_form_fills
    group by attribute_name, attribute_value
    having count(distinct sender) >= 20

)

-- An answer that few have given says who somebody is, such as a name or a number.
select
    of_form_fills.form_fill_id,
    of_form_fills.attribute_name,
    of_form_fills.attribute_value
from of_form_fills
inner join common
    on
        of_form_fills.attribute_name = common.attribute_name
        and of_form_fills.attribute_value = common.attribute_value
