with

reports as (

    select * from {{ ref('int_reports_kept') }}

),

-- Each month once as it was reported, and once as it is known now.
known as (

    select
        history.reported_at,
        history.month_start_date,
        history.platform,
        history.ecommerce_spend as reported_ecommerce_spend,
        history.lead_gen_spend as reported_lead_gen_spend,
        0 as current_ecommerce_spend,
        0 as current_lead_gen_spend
    from {{ ref('stg_history__spend_months') }} as history
    inner join reports on history.reported_at = reports.reported_at

    union all

    select
        reports.reported_at,
        present.month_start_date,
        present.platform,
        0 as reported_ecommerce_spend,
        0 as reported_lead_gen_spend,
        present.ecommerce_spend as current_ecommerce_spend,
        present.lead_gen_spend as current_lead_gen_spend
    from {{ ref('int_spend_months') }} as present
    cross join reports

),

lines as (

    select
        reported_at,
        month_start_date,
        platform,
        'ecommerce' as business_line,
        reported_ecommerce_spend as reported_spend,
        current_ecommerce_spend as current_spend
    from known

    union all

    select
        reported_at,
        month_start_date,
        platform,
        'lead_gen' as business_line,
        reported_lead_gen_spend as reported_spend,
        current_lead_gen_spend as current_spend
    from known

)

select
    platform,
    business_line,
    cast(sum(reported_spend) as decimal(18, 2)) as reported_spend,
    cast(sum(current_spend) as decimal(18, 2)) as current_spend,
    month_start_date,
    reported_at
from lines
-- The month of the report itself has only begun.
where month_start_date < cast({{ dbt.date_trunc('day', 'reported_at') }} as date)
group by platform, business_line, month_start_date, reported_at
having sum(abs(reported_spend)) + sum(abs(current_spend)) > 0
