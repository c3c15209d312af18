-- Unseen, what is called the report of then would be a number that nobody has seen then.

with

entries as (

    select
        reported_at,
        month_start_date,
        platform,
        business_line,
        revenue as value,
        0 as spend
    from {{ ref('stg_history__entries_placed') }}
    where not is_cross_line

),

spends as (

    select
        reported_at,
        month_start_date,
        platform,
        'ecommerce' as business_line,
        0 as value,
        ecommerce_spend as spend
    from {{ ref('stg_history__spend_months') }}
    union all
    select
        reported_at,
        month_start_date,
        platform,
        'lead_gen' as business_line,
        0 as value,
        lead_gen_spend as spend
    from {{ ref('stg_history__spend_months') }}

),

told as (

    select
        reported_at,
        month_start_date,
        platform,
        business_line,
        -reported_value as value,
        -reported_spend as spend
    from {{ ref('roas_restatements') }}

),

both_sides as (

    select * from entries
    union all
    select * from spends
    union all
    select * from told

)

select
    both_sides.reported_at,
    both_sides.month_start_date,
    both_sides.platform,
    both_sides.business_line,
    sum(both_sides.value) as value,
    sum(both_sides.spend) as spend
from both_sides
inner join {{ ref('int_reports_kept') }} as reports
    on both_sides.reported_at = reports.reported_at
where both_sides.month_start_date < cast(both_sides.reported_at as date)
group by
    both_sides.reported_at,
    both_sides.month_start_date,
    both_sides.platform,
    both_sides.business_line
having sum(both_sides.value) <> 0 or sum(both_sides.spend) <> 0
