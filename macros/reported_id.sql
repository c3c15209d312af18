{# Where a conversion stands in reports: under the click's own platform, account or campaign,
   `unknown` where the click tells none, `unattributed` where no click earned it. #}
{% macro reported_id(column) -%}
    case match_status
        when 'matched' then coalesce({{ column }}, 'unknown')
        else 'unattributed'
    end
{%- endmacro %}
