with

increments as (

    select * from {{ ref('int_development_increments') }}

),

steps as (

    {{ whole_numbers(last_development_step()) }}

),

cohorts as (

    select distinct
        triangle,
        business_line,
        platform,
        origin_date,
        lived_step
    from increments

),

cells as (

    select
        cohorts.*,
        steps.number as step
    from cohorts
    inner join steps on cohorts.lived_step >= steps.number

)

select
    cells.triangle,
    cells.business_line,
    cells.platform,
    cells.origin_date,
    cells.step,
    cast(sum(coalesce(increments.revenue, 0)) over (
        partition by
            cells.triangle, cells.business_line, cells.platform, cells.origin_date
        order by cells.step
        rows unbounded preceding
    ) as double) as cumulative_value
from cells
left join increments
    on
        cells.triangle = increments.triangle
        and cells.business_line = increments.business_line
        and cells.platform = increments.platform
        and cells.origin_date = increments.origin_date
        and cells.step = increments.step
