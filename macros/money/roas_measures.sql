{# What the side-by-side reports add up, in report order, with its type. #}
{% macro roas_measures() %}
    {{ return({
        'spend': 'decimal(18, 2)',
        'ecommerce_spend': 'decimal(18, 2)',
        'lead_gen_spend': 'decimal(18, 2)',
        'unassigned_spend': 'decimal(18, 2)',
        'impressions': 'decimal(38, 6)',
        'platform_clicks': 'decimal(38, 6)',
        'recorded_clicks': 'bigint',
        'ecommerce_order_count': 'bigint',
        'ecommerce_net_revenue': 'decimal(18, 2)',
        'ecommerce_profit': 'decimal(18, 2)',
        'ecommerce_cogs_covered_revenue': 'decimal(18, 2)',
        'ecommerce_cross_line_order_count': 'bigint',
        'ecommerce_cross_line_net_revenue': 'decimal(18, 2)',
        'ecommerce_cross_line_profit': 'decimal(18, 2)',
        'lead_gen_form_fill_count': 'bigint',
        'lead_gen_deal_count': 'bigint',
        'lead_gen_won_deal_count': 'bigint',
        'lead_gen_won_value': 'decimal(18, 2)',
        'lead_gen_profit': 'decimal(18, 2)',
        'lead_gen_open_pipeline': 'decimal(18, 2)',
        'lead_gen_cross_line_form_fill_count': 'bigint',
        'lead_gen_cross_line_deal_count': 'bigint',
        'lead_gen_cross_line_won_deal_count': 'bigint',
        'lead_gen_cross_line_won_value': 'decimal(18, 2)',
        'lead_gen_cross_line_open_pipeline': 'decimal(18, 2)',
    }) }}
{% endmacro %}

{# Those measures and the ratios of each line. The ratios stand here once, so that a day and
   a month can never be divided in two ways. #}
{% macro roas_columns(relation) %}
    {%- for measure in roas_measures() %}
    {{ relation }}.{{ measure }},
    {%- endfor %}
    {{ ratio(relation ~ '.ecommerce_net_revenue', relation ~ '.ecommerce_spend') }} as ecommerce_roas,
    {{ ratio(relation ~ '.ecommerce_profit', relation ~ '.ecommerce_spend') }} as ecommerce_poas,
    {{ cost_per(relation ~ '.ecommerce_spend', relation ~ '.ecommerce_order_count') }} as ecommerce_cost_per_order,
    {{ ratio(relation ~ '.lead_gen_won_value', relation ~ '.lead_gen_spend') }} as lead_gen_roas,
    {{ ratio(relation ~ '.lead_gen_profit', relation ~ '.lead_gen_spend') }} as lead_gen_poas,
    {{ cost_per(relation ~ '.lead_gen_spend', relation ~ '.lead_gen_form_fill_count') }}
        as lead_gen_cost_per_form_fill,
    {{ cost_per(relation ~ '.lead_gen_spend', relation ~ '.lead_gen_won_deal_count') }}
        as lead_gen_cost_per_won_deal
{% endmacro %}
