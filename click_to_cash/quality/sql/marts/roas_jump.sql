{# ROAS and cost per form fill of a platform move by no large factor within a month. #}
{% import 'windows.sql' as windows with context %}
{% set days %}(({{ windows.today_date() }} - click_date) > {{ roas_days }}){% endset %}
with

windowed as (

    select
        platform,
        {{ days }} as is_before,
        sum(ecommerce_spend) as ecommerce_spend,
        sum(ecommerce_net_revenue) as ecommerce_net_revenue,
        sum(ecommerce_order_count) as ecommerce_order_count,
        sum(lead_gen_spend) as lead_gen_spend,
        sum(lead_gen_form_fill_count) as lead_gen_form_fill_count
    from {batch}
    where
        click_date < {{ windows.today_date() }}
        and click_date >= {{ windows.today_date() }} - 2 * {{ roas_days }}
    group by platform, is_before

),

measured as (

    select
        platform || ' e-commerce ROAS' as subject,
        is_before,
        ecommerce_spend as spend,
        ecommerce_order_count as row_count,
        ecommerce_net_revenue / nullif(ecommerce_spend, 0) as ratio
    from windowed

    union all

    select
        platform || ' cost per form fill' as subject,
        is_before,
        lead_gen_spend as spend,
        lead_gen_form_fill_count as row_count,
        lead_gen_spend / nullif(lead_gen_form_fill_count, 0) as ratio
    from windowed

),

-- A few conversions less may be chance: what the spend lets one expect tells.
compared as (

    select
        recent.subject,
        recent.ratio as found,
        before.ratio as expected,
        recent.row_count >= {{ min_rows }} as is_frequent,
        2 * abs(
            sqrt(recent.row_count + 0.375)
            - sqrt(before.row_count * recent.spend / before.spend + 0.375)
        ) as deviations
    from measured as recent
    inner join measured as before
        on
            recent.subject = before.subject
            and not recent.is_before
            and before.is_before
    where
        before.row_count >= {{ min_rows }}
        and before.spend > 0
        and before.ratio > 0
        and recent.spend > 0

)

select
    subject,
    round(found, 2) as found,
    round(expected, 2) as expected
from compared
where
    not coalesce(found / expected, 0) between 1 / {{ max_times }} and {{ max_times }}
    and (is_frequent or deviations > {{ max_deviations }})
order by subject
