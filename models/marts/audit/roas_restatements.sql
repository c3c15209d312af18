{%- set parts = [
    'later_orders', 'later_refunds', 'later_wins', 'later_deal_changes', 'moved_credit',
    'restated_rows',
] -%}
with

value_months as (

    select
        month_start_date,
        platform,
        business_line,
        reported_at,
        sum(amount) as current_value,
    {% for part in ['reported'] + parts -%}
        sum(case when part = '{{ part }}' then amount else 0 end) as {{ part }}_value
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_value_restated') }}
    group by month_start_date, platform, business_line, reported_at

),

-- Both sides hold at most one row per report, month, platform and line.
months as (

    select
        coalesce(spends.month_start_date, value_months.month_start_date) as month_start_date,
        coalesce(spends.platform, value_months.platform) as platform,
        coalesce(spends.business_line, value_months.business_line) as business_line,
        coalesce(spends.reported_at, value_months.reported_at) as reported_at,
        coalesce(spends.reported_spend, 0) as reported_spend,
        coalesce(spends.current_spend, 0) as current_spend,
    {% for part in ['reported'] + parts + ['current'] -%}
        coalesce(value_months.{{ part }}_value, 0) as {{ part }}_value
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_spend_restated') }} as spends
    full outer join value_months
        on
            spends.month_start_date = value_months.month_start_date
            and spends.platform = value_months.platform
            and spends.business_line = value_months.business_line
            and spends.reported_at = value_months.reported_at

),

-- The way from then to now, always in this order: what the ads did later, what they cost,
-- then what had been counted wrongly.
walked as (

    select
        *,
        {{ ratio('reported_value', 'reported_spend') }} as reported_roas,
        reported_value + later_orders_value as value_with_orders,
        reported_value + later_orders_value + later_refunds_value as value_with_refunds,
        reported_value + later_orders_value + later_refunds_value + later_wins_value
            as value_with_wins,
        current_value - restated_rows_value - moved_credit_value as value_with_all_later,
        current_value - restated_rows_value as value_with_credit,
        reported_spend > 0 and current_spend > 0 as has_both_roas
    from months

),

divided as (

    select
        *,
        {{ ratio('value_with_orders', 'reported_spend') }} as roas_with_orders,
        {{ ratio('value_with_refunds', 'reported_spend') }} as roas_with_refunds,
        {{ ratio('value_with_wins', 'reported_spend') }} as roas_with_wins,
        {{ ratio('value_with_all_later', 'reported_spend') }} as roas_with_all_later,
        {{ ratio('value_with_all_later', 'current_spend') }} as roas_with_spend,
        {{ ratio('value_with_credit', 'current_spend') }} as roas_with_credit,
        {{ ratio('current_value', 'current_spend') }} as current_roas
    from walked

)

select
    month_start_date,
    platform,
    business_line,
    reported_at,
    cast(reported_value as decimal(18, 2)) as reported_value,
    cast(later_orders_value as decimal(18, 2)) as later_orders_value,
    cast(later_refunds_value as decimal(18, 2)) as later_refunds_value,
    cast(later_wins_value as decimal(18, 2)) as later_wins_value,
    cast(later_deal_changes_value as decimal(18, 2)) as later_deal_changes_value,
    cast(moved_credit_value as decimal(18, 2)) as moved_credit_value,
    cast(restated_rows_value as decimal(18, 2)) as restated_rows_value,
    cast(current_value as decimal(18, 2)) as current_value,
    cast(reported_spend as decimal(18, 2)) as reported_spend,
    cast(current_spend - reported_spend as decimal(18, 2)) as restated_spend,
    cast(current_spend as decimal(18, 2)) as current_spend,
    reported_roas,
    {{ roas_step('roas_with_orders', 'reported_roas') }} as later_orders_roas,
    {{ roas_step('roas_with_refunds', 'roas_with_orders') }} as later_refunds_roas,
    {{ roas_step('roas_with_wins', 'roas_with_refunds') }} as later_wins_roas,
    {{ roas_step('roas_with_all_later', 'roas_with_wins') }} as later_deal_changes_roas,
    {{ roas_step('roas_with_spend', 'roas_with_all_later') }} as restated_spend_roas,
    {{ roas_step('roas_with_credit', 'roas_with_spend') }} as moved_credit_roas,
    {{ roas_step('current_roas', 'roas_with_credit') }} as restated_rows_roas,
    current_roas
from divided
