{# The place of a row among its account's of one quarter, 1 first; null without the measure. #}
{% macro rank_in_account(measure, direction) -%}
    case
        when {{ measure }} is not null
            then cast(rank() over (
                partition by platform, account_id, quarter_start_date
                order by {{ measure }} {{ direction }} nulls last
            ) as integer)
    end
{%- endmacro %}
