select
    connector,
    'ad_accounts' as table_name,
    row_key,
    'time_zone' as column_name,
    'unknown_time_zone' as issue,
    time_zone_delivered as raw_value,
    1 as delivered_row_count,
    known_at
from {{ ref('int_accounts') }}
where not is_time_zone_known

union all

select
    connector,
    table_name,
    row_key,
    'campaign_id' as column_name,
    'unknown_campaign' as issue,
    campaign_id as raw_value,
    delivered_row_count,
    known_at
from {{ ref('int_spend_judged') }}
where issue is null and not is_campaign_known

union all

select
    connector,
    'refunds' as table_name,
    row_key,
    'amount' as column_name,
    'over_refund' as issue,
    amount_delivered as raw_value,
    1 as delivered_row_count,
    known_at
from {{ ref('int_refunds_booked') }}
where is_over_refund

{% for flags in ['int_click_flags', 'int_deal_flags', 'int_value_flags'] -%}
    union all

    select
        connector,
        table_name,
        row_key,
        column_name,
        issue,
        raw_value,
        1 as delivered_row_count,
        known_at
    from {{ ref(flags) }}

{% endfor %}
