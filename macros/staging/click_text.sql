{# Columns of a typed row of ad_clicks as delivered, as one array; `blank` stands for null.
   It is long: to be asked of few rows. #}
{% macro click_text(columns, blank) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append(column ~ ('_delivered' if column in [
            'click_id', 'click_id_type', 'campaign_id', 'ad_group_id', 'ad_id', 'clicked_at',
            'loaded_at',
        ] else '')) -%}
    {%- endfor -%}
    {{ text_array(texts, blank) }}
{%- endmacro %}
