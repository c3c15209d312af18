with

pairs as (

    select
        *,
        lead(cumulative_value) over (
            partition by triangle, business_line, platform, origin_date
            order by step
        ) as next_value
    from {{ ref('int_development_cells') }}

),

-- Only cohorts that have lived both steps: a younger one would make the later sum too small.
summed as (

    select
        *,
        sum(cumulative_value) over (
            partition by triangle, business_line, platform, step
        ) as step_value,
        sum(next_value) over (
            partition by triangle, business_line, platform, step
        ) as next_step_value
    from pairs
    where next_value is not null

),

steps as (

    select
        triangle,
        business_line,
        platform,
        step,
        count(*) as cohort_count,
        sum(case when cumulative_value > 0 then 1 else 0 end) as started_cohort_count,
        min(step_value) as step_value,
        min(next_step_value) as next_step_value,
        sum(
            case
                when cumulative_value > 0 and step_value > 0 then
                    cumulative_value * power(
                        next_value / cumulative_value - next_step_value / step_value, 2
                    )
            end
        ) as squared_deviation
    from summed
    group by triangle, business_line, platform, step

),

spread as (

    select
        *,
        case
            when next_step_value > 0 then greatest(step_value / next_step_value, 0)
            else 1
        end as visible_rate,
        case
            when started_cohort_count > 1
                then squared_deviation / (started_cohort_count - 1)
        end as estimated_variance
    from steps

),

-- One cohort shows no spread of its own: it takes the smaller of the two before, or less if
-- they fall (Mack 1993).
neighbours as (

    select
        *,
        lag(estimated_variance) over in_turn as variance_before,
        lag(estimated_variance, 2) over in_turn as variance_two_before
    from spread
    window in_turn as (
        partition by triangle, business_line, platform order by step
    )

)

select
    triangle,
    business_line,
    platform,
    step,
    cohort_count,
    step_value,
    next_step_value,
    visible_rate,
    coalesce(
        estimated_variance,
        least(
            case
                when variance_two_before > 0
                    then power(variance_before, 2) / variance_two_before
                else variance_before
            end,
            variance_before,
            variance_two_before
        ),
        0
    ) as step_variance
from neighbours
where cohort_count >= {{ setting('development_min_cohorts') }}
