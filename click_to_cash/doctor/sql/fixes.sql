{# One row per thing to mend, the dearest first: where, how much hangs on it, and up to
   three of what it is about. The remedies of `remedies.py` go by kind. #}
with

kinds as (

    {% for kind in kinds -%}
        select
            {{ loop.index }} as place,
            '{{ kind }}' as kind
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

accounts as (

    select
        case currency_issue
            when 'unlisted' then 'account_unlisted'
            else 'spend_without_currency'
        end as kind,
        connector,
        'ad_accounts' as table_name,
        case currency_issue when 'unlisted' then 'account_id' else 'currency_code' end
            as column_name,
        concat_ws(' ', platform, account_id, account_name) as subject,
        spend_row_count as row_count,
        cost as amount,
        cast(null as varchar) as currency_code
    from doctor.accounts
    where currency_issue is not null and spend_row_count > 0

),

zones as (

    select
        zone_issue as kind,
        connector,
        'ad_accounts' as table_name,
        'time_zone' as column_name,
        case zone_issue
            when 'zone_unknown' then time_zone
            else concat_ws(' ', platform, account_id, account_name)
        end as subject,
        spend_row_count as row_count,
        cost as amount,
        currency_code
    from doctor.accounts
    where zone_issue is not null and spend_row_count > 0

),

without_currency as (

    select
        'rows_without_currency' as kind,
        connector,
        table_name,
        'currency_code' as column_name,
        null as subject,
        row_count,
        amount,
        null as currency_code
    from doctor.currencies
    where currency_code is null and table_name <> 'ad_spend'

),

without_rate as (

    select
        'rate_missing' as kind,
        connector,
        table_name,
        'currency_code' as column_name,
        currency_code as subject,
        without_rate_row_count as row_count,
        case when table_name <> 'orders' then without_rate_amount end as amount,
        currency_code
    from doctor.currencies
    where without_rate_row_count > 0

),

-- Those without a currency are told by how much hangs on it.
rejected as (

    select
        'rows_rejected' as kind,
        rejections.connector,
        rejections.table_name,
        rejections.column_name,
        rejections.issue as subject,
        rejections.row_count,
        null as amount,
        null as currency_code
    from doctor.rejections
    inner join doctor.tables
        on
            rejections.connector = tables.connector
            and rejections.table_name = tables.table_name
    where
        rejections.column_name <> 'currency_code'
        and rejections.row_count > {{ max_rejected_rate }} * tables.row_count

),

campaigns as (

    select
        'campaign_' || issue as kind,
        connector,
        'campaigns' as table_name,
        case issue
            when 'unlisted' then 'campaign_id'
            when 'undecided' then 'business_model'
            else 'ecommerce_spend_share'
        end as column_name,
        concat_ws(' ', campaign_id, campaign_name) as subject,
        spend_row_count as row_count,
        cost as amount,
        currency_code
    from doctor.campaigns
    where issue is not null

),

stages as (

    select
        'stage_unlisted' as kind,
        connector,
        'deal_stages' as table_name,
        'stage' as column_name,
        concat_ws(' / ', pipeline, stage) as subject,
        deal_row_count + change_row_count as row_count,
        null as amount,
        null as currency_code
    from doctor.stages

),

arrivals as (

    select
        *,
        max(newest_date) over () as newest_date_of_all,
        sum(row_count) over (partition by table_name) as row_count_of_all
    from doctor.tables
    where table_name in ('{{ arrivals | join("', '") }}')

),

late as (

    select
        case when row_count = 0 then 'table_empty' else 'table_late' end as kind,
        connector,
        table_name,
        null as column_name,
        newest_date || ', ' || (newest_date_of_all - newest_date) || ' days before '
        || newest_date_of_all as subject,
        row_count,
        null as amount,
        null as currency_code
    from arrivals
    where
        newest_date < newest_date_of_all - {{ max_days_behind }}
        or (
            row_count = 0
            and table_name <> 'ad_clicks'
            -- Forms come from wherever a firm collects them, which may be elsewhere.
            and not (table_name = 'form_fills' and row_count_of_all > 0)
        )

),

-- Deals take the click of their form fill, where there are form fills.
few_click_ids as (

    select
        'click_ids_few' as kind,
        connector,
        table_name,
        'click_id' as column_name,
        click_id_row_count || ' of ' || in_force_row_count as subject,
        in_force_row_count - click_id_row_count as row_count,
        null as amount,
        null as currency_code
    from doctor.tables
    where
        click_id_rate < {{ min_click_id_rate }}
        and not (
            table_name = 'crm_deals'
            and exists (
                select 1
                from doctor.tables as others
                where others.table_name = 'form_fills' and others.in_force_row_count > 0
            )
        )

),

logged as (

    select distinct platform from staged.ad_clicks where standing = 'in_force'

),

without_click_log as (

    select
        'click_log_missing' as kind,
        connector,
        'ad_clicks' as table_name,
        'click_id' as column_name,
        platform as subject,
        spend_row_count as row_count,
        cost as amount,
        currency_code
    from doctor.accounts
    where cost > 0 and platform not in (select logged.platform from logged)

),

at_stake as (

    {% for name in [
        'accounts', 'zones', 'without_currency', 'without_rate', 'rejected', 'campaigns',
        'stages', 'late', 'few_click_ids', 'without_click_log',
    ] -%}
        select * from {{ name }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Good enough to put amounts of several currencies in order, and for nothing else.
rough_rates as (

    select
        from_currency_code as currency_code,
        arg_max(rate, rate_date) as rough_rate
    from staged.fx_rates
    where standing = 'in_force' and to_currency_code = '{{ reporting_currency }}'
    group by from_currency_code

),

priced as (

    select
        at_stake.*,
        at_stake.amount * coalesce(rough_rates.rough_rate, 1) as rough_amount
    from at_stake
    left join rough_rates on at_stake.currency_code = rough_rates.currency_code

),

by_subject as (

    select
        kind,
        connector,
        table_name,
        column_name,
        subject,
        sum(row_count) as row_count,
        sum(rough_amount) as rough_amount
    from priced
    group by kind, connector, table_name, column_name, subject

),

by_currency as (

    select
        kind,
        connector,
        table_name,
        column_name,
        currency_code,
        cast(sum(amount) as decimal(18, 2)) as amount
    from priced
    where amount is not null
    group by kind, connector, table_name, column_name, currency_code

),

amounts as (

    select
        kind,
        connector,
        table_name,
        column_name,
        list(
            {'amount': amount, 'currency_code': currency_code}
            order by amount desc, currency_code
        ) as amounts
    from by_currency
    group by kind, connector, table_name, column_name

),

added_up as (

    select
        kind,
        connector,
        table_name,
        column_name,
        list(subject order by rough_amount desc nulls last, row_count desc, subject)
            filter (subject is not null) as subjects,
        count(*) as subject_count,
        sum(row_count) as row_count,
        sum(rough_amount) as rough_amount
    from by_subject
    group by kind, connector, table_name, column_name

),

-- The tables that a loader could deliver and does not, of connectors that tell clicks.
not_loaded as (

    select
        missing.connector,
        list(missing.table_name order by missing.table_name) as missing_tables
    from doctor.missing
    inner join doctor.tables
        on missing.connector = tables.connector and tables.table_name = 'ad_clicks'
    where missing.column_name is null and missing.connector <> 'standard'
    group by missing.connector

)

select
    added_up.kind,
    added_up.connector,
    added_up.table_name,
    added_up.column_name,
    coalesce(added_up.subjects[:3], []) as subjects,
    added_up.subject_count,
    cast(added_up.row_count as bigint) as row_count,
    tables.row_count as of_row_count,
    coalesce(amounts.amounts, []) as amounts,
    coalesce(
        case when added_up.kind = 'click_log_missing' then not_loaded.missing_tables end, []
    ) as missing_tables
from added_up
inner join kinds on added_up.kind = kinds.kind
left join amounts
    on
        added_up.kind = amounts.kind
        and added_up.connector = amounts.connector
        and added_up.table_name = amounts.table_name
        and added_up.column_name is not distinct from amounts.column_name
left join doctor.tables
    on
        added_up.connector = tables.connector
        and added_up.table_name = tables.table_name
left join not_loaded on added_up.connector = not_loaded.connector
order by
    kinds.place,
    added_up.rough_amount desc nulls last,
    added_up.row_count desc,
    added_up.connector,
    added_up.table_name,
    added_up.column_name
