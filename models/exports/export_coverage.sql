{%- set rests = ['waiting', 'too_late', 'refused', 'without_identifier'] -%}

with

actions as (

    select *
    from {{ ref('conversion_actions') }}
    where event_type in ('order_placed', 'deal_won')

),

told as (

    select
        destination,
        conversion_name,
        conversion_type,
        conversion_id,
        sum(case when is_open then value else 0 end) as told_value,
        max(case when is_open then 1 else 0 end) = 1 as is_told,
        max(case when is_last then event_at end) as event_at,
        max(case when is_last then {{ days_between('known_at', 'last_logged_at') }} end)
            as days_to_tell
    from {{ ref('int_transactions_told') }}
    group by destination, conversion_name, conversion_type, conversion_id

),

judged as (

    select
        *,
        case
            when status in ('ready', 'waiting') then 'waiting'
            when cause in ('click_too_old', 'event_too_old', 'adjustment_too_old')
                then 'too_late'
            when cause = 'no_identifier' then 'without_identifier'
            else 'refused'
        end as rest
    from {{ ref('int_transactions_judged') }}

),

-- What is still to be told of each conversion: the difference to what the platform holds.
differences as (

    select
        judged.destination,
        judged.conversion_name,
        judged.conversion_type,
        judged.conversion_id,
        {% for rest in rests -%}
            sum(
                case
                    when judged.rest <> '{{ rest }}' then 0
                    when holding.is_open then judged.value - holding.value
                    else judged.value
                end
            ) as {{ rest }}_value,
        {% endfor %}
        max(case when judged.is_current then judged.rest end) as current_rest
    from judged
    left join {{ ref('int_transactions_told') }} as holding
        on
            {{ same_conversion('judged', 'holding') }}
            and judged.transaction_id = holding.transaction_id
    group by
        judged.destination,
        judged.conversion_name,
        judged.conversion_type,
        judged.conversion_id

),

latest as (

    select *
    from {{ ref('int_transaction_moments') }}
    where is_latest

),

compared as (

    select
        actions.destination,
        actions.conversion_name,
        coalesce(latest.value_in_ledger, 0) as value_in_ledger,
        coalesce(latest.value_in_ledger - latest.value, 0) as untellable_value,
        coalesce(told.told_value, 0) as told_value,
        coalesce(told.is_told, false) as is_told,
        case
            when not coalesce(told.is_told, false) and latest.is_alive
                then differences.current_rest
        end as untold_rest,
        {% for rest in rests -%}
            coalesce(differences.{{ rest }}_value, 0) as {{ rest }}_value,
        {% endfor %}
        told.days_to_tell,
        cast({{ dbt.date_trunc('month', 'coalesce(latest.event_at, told.event_at)') }} as date)
            as month_start_date
    from latest
    full outer join told on {{ same_conversion('latest', 'told') }}
    inner join actions
        on
            coalesce(latest.destination, told.destination) = actions.destination
            and coalesce(latest.conversion_name, told.conversion_name)
            = actions.conversion_name
    left join differences
        on
            coalesce(latest.destination, told.destination) = differences.destination
            and coalesce(latest.conversion_name, told.conversion_name)
            = differences.conversion_name
            and coalesce(latest.conversion_type, told.conversion_type)
            = differences.conversion_type
            and coalesce(latest.conversion_id, told.conversion_id)
            = differences.conversion_id
    where coalesce(latest.event_at, told.event_at) is not null

)

select
    month_start_date,
    destination,
    conversion_name,
    cast(sum(case when is_told or untold_rest is not null then 1 else 0 end) as bigint)
        as conversion_count,
    cast(sum(case when is_told then 1 else 0 end) as bigint) as told_count,
    {% for rest in rests -%}
        cast(sum(case when untold_rest = '{{ rest }}' then 1 else 0 end) as bigint)
            as {{ rest }}_count,
    {% endfor %}
    cast(sum(value_in_ledger) as decimal(18, 2)) as value,
    {% for part in ['told'] + rests + ['untellable'] -%}
        cast(sum({{ part }}_value) as decimal(18, 2)) as {{ part }}_value,
    {% endfor %}
    {% for part in ['told'] + rests -%}
        {{ ratio('sum(' ~ part ~ '_value)', 'sum(value_in_ledger)') }} as {{ part }}_share,
    {% endfor %}
    cast(median(case when is_told then days_to_tell end) as decimal(18, 1))
        as median_days_to_tell
from compared
group by month_start_date, destination, conversion_name
