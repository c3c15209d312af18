with

spend_months as (

    select * from {{ ref('int_spend_months') }}

),

entries as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'occurred_at') }} as date) as month_start_date,
        {{ reported_id('platform') }} as placed_platform,
        business_line || case when is_cross_line then '_cross_line' else '' end as kind
    from {{ ref('value_ledger') }}

),

entry_months as (

    select
        month_start_date,
        placed_platform as platform,
        sum(case when kind = 'ecommerce' then revenue end) as ecommerce_net_revenue,
        sum(case when kind = 'ecommerce' then profit end) as ecommerce_profit,
        sum(case when kind = 'ecommerce_cross_line' then revenue end)
            as ecommerce_cross_line_net_revenue,
        sum(case when kind = 'ecommerce_cross_line' then profit end)
            as ecommerce_cross_line_profit,
        sum(case when kind = 'lead_gen' then revenue end) as lead_gen_won_value,
        sum(case when kind = 'lead_gen' then profit end) as lead_gen_profit,
        sum(case when kind = 'lead_gen_cross_line' then revenue end)
            as lead_gen_cross_line_won_value
    from entries
    group by month_start_date, placed_platform

),

months as (

    select
        month_start_date,
        platform
    from spend_months
    union distinct
    select
        month_start_date,
        platform
    from entry_months

),

measured as (

    select
        months.month_start_date,
        months.platform,
        {% for measure in [
            'spend', 'ecommerce_spend', 'lead_gen_spend', 'unassigned_spend',
            'ecommerce_net_revenue', 'ecommerce_profit', 'ecommerce_cross_line_net_revenue',
            'ecommerce_cross_line_profit', 'lead_gen_won_value', 'lead_gen_profit',
            'lead_gen_cross_line_won_value',
        ] -%}
        cast(coalesce({{ measure }}, 0) as decimal(18, 2)) as {{ measure }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from months
    left join spend_months
        on
            months.month_start_date = spend_months.month_start_date
            and months.platform = spend_months.platform
    left join entry_months
        on
            months.month_start_date = entry_months.month_start_date
            and months.platform = entry_months.platform

)

select
    *,
    {{ ratio('ecommerce_net_revenue', 'ecommerce_spend') }} as ecommerce_roas,
    {{ ratio('ecommerce_profit', 'ecommerce_spend') }} as ecommerce_poas,
    {{ ratio('lead_gen_won_value', 'lead_gen_spend') }} as lead_gen_roas,
    {{ ratio('lead_gen_profit', 'lead_gen_spend') }} as lead_gen_poas
from measured
