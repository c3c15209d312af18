{#
    Fails with each set of values that stands in more than one row: the grain of a model.
    Null counts as a value: two rows that differ in nothing else are the same row twice.
#}
{% test unique_together(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
