with

months as (

    select
        cast({{ dbt.date_trunc('month', 'click_date') }} as date) as month_start_date,
        platform,
    {% for measure, type in roas_measures().items() -%}
        cast(sum({{ measure }}) as {{ type }}) as {{ measure }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('roas_by_campaign_day') }}
    group by {{ dbt.date_trunc('month', 'click_date') }}, platform

),

totalled as (

    select
        *,
        spend as total_spend,
        cast(
            ecommerce_net_revenue
            + ecommerce_cross_line_net_revenue
            + lead_gen_won_value
            + lead_gen_cross_line_won_value
            as decimal(18, 2)
        ) as total_value
    from months

)

select
    totalled.month_start_date,
    totalled.platform,
    {{ roas_columns('totalled') }},
    totalled.total_spend,
    totalled.total_value,
    {{ ratio('total_value', 'total_spend') }} as blended_roas
from totalled
