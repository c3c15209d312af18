with

visible as (

    select
        business_line,
        platform,
        age_days,
        conversion_count,
        {{ estimated_rate('visible_share') }} as visible_share
    from {{ ref('int_visible_shares') }}

)

select
    platform,
    cast(age_days as integer) as age_days,
    max(case business_line when 'ecommerce' then visible_share end)
        as ecommerce_visible_share,
    max(case business_line when 'lead_gen' then visible_share end)
        as lead_gen_visible_share,
    cast(
        max(case business_line when 'ecommerce' then conversion_count else 0 end) as bigint
    ) as ecommerce_conversion_count,
    cast(
        max(case business_line when 'lead_gen' then conversion_count else 0 end) as bigint
    ) as lead_gen_conversion_count
from visible
group by platform, age_days
