with

-- A platform is shown on its own from a hundred conversions on.
credible as (

    select
        business_line,
        platform,
        count(distinct conversion_id) as conversion_count
    from {{ ref('int_credited_value') }}
    where platform <> 'all'
    group by business_line, platform
    having count(distinct conversion_id) >= {{ credible_conversion_count() }}

    union all

    select
        business_line,
        'all' as platform,
        count(distinct conversion_id) as conversion_count
    from {{ ref('int_credited_value') }}
    group by business_line

),

ages as (

    {{ click_ages() }}

)

select
    shares.business_line,
    shares.platform,
    ages.age_days,
    credible.conversion_count,
    shares.developed_share as visible_share
from {{ ref('int_developed_shares') }} as shares
inner join credible
    on
        shares.business_line = credible.business_line
        and shares.platform = credible.platform
inner join ages on shares.step = ages.step
where shares.triangle = 'click_day'
