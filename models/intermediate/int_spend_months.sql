with

months as (

    select
        cast({{ dbt.date_trunc('month', 'spend_date') }} as date) as month_start_date,
        platform,
        sum(spend) as spend,
        sum(ecommerce_spend) as ecommerce_spend,
        sum(lead_gen_spend) as lead_gen_spend,
        sum(unassigned_spend) as unassigned_spend
    from {{ ref('int_spend') }}
    group by {{ dbt.date_trunc('month', 'spend_date') }}, platform

)

select
    platform,
    cast(spend as decimal(18, 2)) as spend,
    cast(ecommerce_spend as decimal(18, 2)) as ecommerce_spend,
    cast(lead_gen_spend as decimal(18, 2)) as lead_gen_spend,
    cast(unassigned_spend as decimal(18, 2)) as unassigned_spend,
    month_start_date
from months
