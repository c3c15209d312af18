{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='clicked_date'
) }}

{%- if is_incremental() -%}
    {%- set touched -%}
        {{ days_settled('ad_clicks_brief', 'clicked_at', 'counted_run') }}
        union all
        select counted.clicked_date as day
        from {{ this }} as counted
        left join {{ ref('int_accounts') }} as accounts
            on counted.platform = accounts.platform and counted.account_id = accounts.account_id
        where
            counted.click_count > 0
            and counted.time_zone is distinct from coalesce(accounts.time_zone, 'UTC')
        union all
        select counted.clicked_date as day
        from {{ this }} as counted
        left join (
            {{ only_accounts(ref('int_campaigns')) }}
        ) as only_accounts
            on
                counted.platform = only_accounts.platform
                and counted.campaign_id = only_accounts.campaign_id
        where
            (counted.account_id is null or counted.is_account_completed)
            and counted.account_id is distinct from only_accounts.account_id
    {%- endset -%}
    {%- set days = touched_days(touched) -%}
{%- endif -%}

with

delivered as (

    select *
    from ({{ union_connectors('ad_clicks_brief') }}) as ad_clicks
    where {{ on_days('clicked_at', days) if is_incremental() else 'true' }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

clicks as (

    {{ completed_clicks('delivered', 'accounts', 'campaigns') }}

),

counted as (

    select
        cast(clicked_at as date) as clicked_date,
        platform,
        account_id,
        is_account_completed,
        time_zone,
        campaign_id,
        click_date,
        cast(known_at as date) as known_date,
        count(*) as click_count,
        max(known_at) as newest_known_at,
        {{ run_number() }} as counted_run
    from clicks
    group by
        cast(clicked_at as date),
        platform,
        account_id,
        is_account_completed,
        time_zone,
        campaign_id,
        click_date,
        cast(known_at as date)

)

select *
from counted
{% if days %}

    union all

    -- A day that has lost its last click: its former rows must go.
    select
        days.clicked_date,
        null as platform,
        null as account_id,
        false as is_account_completed,
        null as time_zone,
        null as campaign_id,
        null as click_date,
        null as known_date,
        0 as click_count,
        null as newest_known_at,
        {{ run_number() }} as counted_run
    from (
        {% for day in days -%}
            select date '{{ day }}' as clicked_date
            {{- ' union all' if not loop.last }}
        {% endfor %}
    ) as days
    left join counted on days.clicked_date = counted.clicked_date
    where counted.clicked_date is null
{% endif %}
