with

credible as (

    select * from {{ ref('int_credible_platforms') }}

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
