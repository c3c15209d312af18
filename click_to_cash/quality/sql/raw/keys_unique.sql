{# Rows of one key are re-deliveries; more than a few of them at a time are no routine. #}
with

keys as (

    select
        '{{ table }}' as subject,
        count(*) as row_count,
        count(distinct ({{ key | join(', ') }})) as key_count
    from {batch}

)

select
    subject,
    round(1 - key_count / row_count, 3) as found,
    {{ max_share }} as expected
from keys
where row_count - key_count > {{ max_share }} * row_count
