{#
    The families of click IDs. The order is that of precedence (rule 10 of docs/rules.md):
    an ID of one click comes before an ID that only some clicks carry, aggregates after
    those, and fbclid last, for it is pinned to shared links long after the ad. `platform`
    is the one whose own clicks carry the type.
#}
{% macro click_id_types() %}
    {{ return([
        {'name': 'gclid', 'platform': 'google_ads'},
        {'name': 'msclkid', 'platform': 'microsoft_ads'},
        {'name': 'ttclid', 'platform': 'tiktok_ads'},
        {'name': 'li_fat_id', 'platform': 'linkedin_ads'},
        {'name': 'twclid'},
        {'name': 'epik'},
        {'name': 'sccid'},
        {'name': 'rdt_cid'},
        {'name': 'dclid'},
        {'name': 'wbraid', 'counts_for': 'google_ads'},
        {'name': 'gbraid', 'counts_for': 'google_ads'},
        {'name': 'fbclid', 'platform': 'meta_ads'},
    ]) }}
{% endmacro %}

{# Place of a click ID type in the order of precedence; types outside it come last. #}
{% macro click_id_rank(column) -%}
    case {{ column }}
        {%- for type in click_id_types() %}
        when '{{ type.name }}' then {{ loop.index }}
        {%- endfor %}
        else 99
    end
{%- endmacro %}

{# The click ID type that a platform's own clicks carry; null for other platforms. #}
{% macro platform_click_id_type(column) -%}
    case {{ column }}
        {%- for type in click_id_types() if type.platform %}
        when '{{ type.platform }}' then '{{ type.name }}'
        {%- endfor %}
    end
{%- endmacro %}

{# The platform that understands a click ID type, aggregates included; null for others. #}
{% macro click_id_platform(column) -%}
    case {{ column }}
        {%- for type in click_id_types() if type.platform or type.counts_for %}
        when '{{ type.name }}' then '{{ type.platform or type.counts_for }}'
        {%- endfor %}
    end
{%- endmacro %}
