{# Key columns are filled, but for a few rows. #}
{% import 'windows.sql' as windows with context %}
with

measured as (

    {% for column in key -%}
    select
        '{{ table }}.{{ column }}' as subject,
        count(*) as row_count,
        count(*) filter ({{ windows.filled(column) }} is null) as hit_count
    from {batch}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    subject,
    hit_count as found,
    round({{ max_share }} * row_count, 1) as expected
from measured
where hit_count > {{ max_share }} * row_count
order by subject
