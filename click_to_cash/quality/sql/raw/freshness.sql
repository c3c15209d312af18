{# The newest day of the table is not long before the day of the check. #}
{% import 'windows.sql' as windows with context %}
with

newest as (

    select
        '{{ table }}' as subject,
        max({{ windows.day_of(event) }}) as found
    from {batch}
    where {{ windows.day_of(event) }} <= {{ windows.today_date() }}

)

select
    subject,
    cast(found as varchar) as found,
    cast({{ windows.today_date() }} - {{ max_days }} as varchar) as expected
from newest
where found < {{ windows.today_date() }} - {{ max_days }}
