with

fx_rates as (

    select *
    from ({{ union_connectors('fx_rates') }}) as delivered
    where standing = 'in_force'

),

quoted as (

    select
        connector,
        from_currency_code as currency_code,
        rate_date as quoted_date,
        rate as rate_multiplier,
        1 as rate_divisor,
        false as is_inverse
    from fx_rates
    where to_currency_code = '{{ setting('reporting_currency') }}'

    union all

    select
        connector,
        to_currency_code as currency_code,
        rate_date as quoted_date,
        1 as rate_multiplier,
        rate as rate_divisor,
        true as is_inverse
    from fx_rates
    where from_currency_code = '{{ setting('reporting_currency') }}'

),

ages as (

    {% for age_days in range(setting('fx_max_age_days') | int + 1) -%}
        select {{ age_days }} as age_days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- A rate serves its own day and those after it, until it is too old.
served as (

    select
        quoted.*,
        ages.age_days,
        cast({{ dbt.dateadd('day', 'ages.age_days', 'quoted.quoted_date') }} as date)
            as rate_date
    from quoted
    cross join ages

),

ranked as (

    select
        *,
        row_number() over (
            partition by currency_code, rate_date
            order by is_inverse, age_days, connector
        ) as choice
    from served

)

select
    currency_code,
    cast(rate_multiplier as decimal(17, 10)) as rate_multiplier,
    cast(rate_divisor as decimal(17, 10)) as rate_divisor,
    is_inverse,
    rate_date,
    quoted_date
from ranked
where choice = 1
