{# What decides between two rows of a click ID of one instant and one campaign: all other
   columns as delivered, blank last. #}
{% macro click_ties() %}
    {%- set columns = [
        'platform', 'account_id', ['ad_group_id', 1], ['ad_id', 2], 'keyword', 'product_id',
        'landing_page_url', 'visitor_id', 'device', 'country_code', ['loaded_at', 3],
        ['click_id', 4], 'click_id_type_delivered', 'campaign_id_delivered',
        ['clicked_at', 5],
    ] -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append(
            column if column is string else 'case when delivered_forms is null then cast('
            ~ column[0] ~ ' as varchar) else delivered_forms[' ~ column[1] ~ '] end'
        ) -%}
    {%- endfor -%}
    {{ text_array(texts, 'chr(1114111)') }}
{%- endmacro %}

{# The columns as delivered that a click read and completed does not hold any more; null
   where it does, as in almost every row of a loader. #}
{% macro delivered_forms() -%}
    case
        when
            coalesce(ad_group_id_delivered, '') <> coalesce(ad_group_id, '')
            or coalesce(ad_id_delivered, '') <> coalesce(ad_id, '')
            or coalesce(loaded_at_delivered, '') <> coalesce(cast(loaded_at as varchar), '')
            or coalesce(click_id_delivered, '') <> coalesce(click_id, '')
            or coalesce(clicked_at_delivered, '') <> coalesce(cast(clicked_at as varchar), '')
            then [
                ad_group_id_delivered, ad_id_delivered, loaded_at_delivered,
                click_id_delivered, clicked_at_delivered
            ]
    end
{%- endmacro %}

{# All columns of a rejected click as delivered, in layout order; of others null. #}
{% macro rejected_text() -%}
    {%- set texts = [] -%}
    {%- for column in layout_columns('ad_clicks') -%}
        {%- set changed = [
            'click_id', 'click_id_type', 'campaign_id', 'ad_group_id', 'ad_id', 'clicked_at',
            'loaded_at',
        ] -%}
        {%- do texts.append(column.name ~ ('_delivered' if column.name in changed else '')) -%}
    {%- endfor -%}
    case when first_issue is not null then {{ text_array(texts, "''") }} end
{%- endmacro %}
