{# Amounts are in the reporting currency or in one that has exchange rates. #}
{% import 'windows.sql' as windows with context %}
with

pairs as (

    select upper(trim(from_currency_code)) as currency_code
    from told.fx_rates
    where upper(trim(to_currency_code)) = '{{ reporting_currency }}'

    union

    select upper(trim(to_currency_code)) as currency_code
    from told.fx_rates
    where upper(trim(from_currency_code)) = '{{ reporting_currency }}'

    union

    select '{{ reporting_currency }}' as currency_code

),

measured as (

    select
        {{ windows.day_of(event) if event else windows.today_date() ~ ' - 1' }} as day,
        upper({{ windows.filled('currency_code') }}) as currency_code
    from {batch}

),

judged as (

    select
        '{{ table }}: ' || left(measured.currency_code, 10) as subject,
        count(*) as found,
        count(*) filter (measured.day >= {{ windows.recent_start() }}) as recent_found
    from measured
    left join pairs on measured.currency_code = pairs.currency_code
    where pairs.currency_code is null and measured.currency_code is not null
    group by measured.currency_code

)

select
    subject,
    found,
    recent_found
from judged
where
    found > {{ max_share }} * (select count(*) from {batch})
    or recent_found > {{ max_share }} * (
        select count(*) from measured where day >= {{ windows.recent_start() }}
    )
order by subject
