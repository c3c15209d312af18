{# The tables of the standard layout, by name; known at parse time, unlike the source YAML,
   because each names a ref. #}
{% macro layout_tables() %}
    {{ return([
        'ad_accounts', 'campaigns', 'ad_spend', 'product_spend', 'ad_clicks', 'form_fills',
        'form_fill_attributes', 'crm_deals', 'crm_deal_stage_changes', 'deal_stages',
        'orders', 'order_lines', 'refunds', 'products', 'fx_rates', 'web_sessions',
    ]) }}
{% endmacro %}
