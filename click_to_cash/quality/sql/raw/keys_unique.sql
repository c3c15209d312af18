{# Rows of one key are re-deliveries; more than a few of them at a time are no routine. #}
{# Connectors deliver lists with all their former versions, and spend of a finer grain. #}
with

keys as (

    select
        '{{ table }}' as subject,
        count(*) as row_count,
        count(distinct ({{ key | join(', ') }}, raw_key)) as key_count
    from {batch}
    {{ "where connector = 'standard'" if not event }}

)

select
    subject,
    round(1 - key_count / row_count, 3) as found,
    {{ max_share }} as expected
from keys
where row_count - key_count > {{ max_share }} * row_count
