with

factors as (

    select
        *,
        -- The product of all rates from here on, as the sum of their logarithms.
        sum(case when visible_rate > 0 then ln(visible_rate) else 0 end) over from_here
            as log_share,
        sum(case when visible_rate > 0 then 0 else 1 end) over from_here as blank_count,
        count(*) over (partition by triangle, business_line, platform) as factor_count
    from {{ ref('int_development_factors') }}
    window from_here as (
        partition by triangle, business_line, platform
        order by step desc
        rows unbounded preceding
    )

)

select
    triangle,
    business_line,
    platform,
    step,
    factor_count,
    visible_rate,
    step_value,
    step_variance,
    case when blank_count > 0 then 0 else exp(log_share) end as seen_share
from factors

union all

-- After the last factor all that the triangle ever shows is visible.
select
    triangle,
    business_line,
    platform,
    max(step) + 1 as step,
    count(*) as factor_count,
    null as visible_rate,
    null as step_value,
    null as step_variance,
    1 as seen_share
from factors
group by triangle, business_line, platform
