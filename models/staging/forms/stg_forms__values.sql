with

responses as (

    select * from {{ source('forms', 'typeform_response') }}

),

entries as (

    select * from {{ source('forms', 'gf_entry') }}

),

fields as (

    select * from {{ ref('form_fields') }}

),

sent as (

    select
        'typeform/' || answers.id_prefix || answers.response_id as form_fill_id,
        responses.form_id,
        answers.field_ref as field,
        answers.value
    from {{ source('forms', 'typeform_answer') }} as answers
    left join responses
        on
            answers.response_id = responses.response_id
            and answers.id_prefix = responses.id_prefix

    union all

    select
        'typeform/' || id_prefix || response_id as form_fill_id,
        form_id,
        name as field,
        value
    from ({{ json_entries('responses', column='hidden') }}) as hidden

    union all

    select
        'gravity/' || meta.id_prefix || meta.entry_id as form_fill_id,
        entries.form_id,
        meta.meta_key as field,
        meta.meta_value as value
    from {{ source('forms', 'gf_entry_meta') }} as meta
    left join entries on meta.entry_id = entries.id and meta.id_prefix = entries.id_prefix

),

-- Several answers to one question are one value.
answered as (

    select
        form_fill_id,
        form_id,
        field,
        {{ dbt.listagg('value', "', '", 'order by value') }} as value
    from (
        select distinct *
        from sent
        where value is not null
    ) as answers
    group by form_fill_id, form_id, field

),

-- What the list says of a field of this form goes before what it says of every form.
meant as (

    select
        answered.*,
        fields.meaning,
        row_number() over (
            partition by answered.form_fill_id, answered.field
            order by fields.form_id nulls last, answered.form_id
        ) as choice
    from answered
    left join fields
        on
            lower(answered.field) = fields.field
            and (fields.form_id is null or answered.form_id = fields.form_id)

)

select
    form_fill_id,
    field,
    value,
    coalesce(
        meaning,
        case when {{ click_id_rank('lower(field)') }} < 99 then lower(field) end
    ) as meaning
from meant
where choice = 1
