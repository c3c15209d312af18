with

conversions as (

    select
        business_line,
        platform,
        count(distinct conversion_id) as conversion_count
    from {{ ref('int_credited_value') }}
    group by business_line, platform

)

-- A click, and so a platform, earns a conversion alone: the counts add up to the line's.
select
    business_line,
    platform,
    conversion_count
from conversions
where platform <> 'all' and conversion_count >= {{ credible_conversion_count() }}

union all

select
    business_line,
    'all' as platform,
    sum(conversion_count) as conversion_count
from conversions
group by business_line
