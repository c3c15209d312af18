with

visible as (

    select * from {{ ref('int_visible_shares') }}

)

select
    platform,
    cast(age_days as integer) as age_days,
    cast(
        max(case business_line when 'ecommerce' then visible_share end) as decimal(24, 6)
    ) as ecommerce_visible_share,
    cast(
        max(case business_line when 'lead_gen' then visible_share end) as decimal(24, 6)
    ) as lead_gen_visible_share,
    cast(
        max(case business_line when 'ecommerce' then conversion_count else 0 end) as bigint
    ) as ecommerce_conversion_count,
    cast(
        max(case business_line when 'lead_gen' then conversion_count else 0 end) as bigint
    ) as lead_gen_conversion_count
from visible
group by platform, age_days
