with

actions as (

    select *
    from {{ ref('conversion_actions') }}
    where event_type in ('order_placed', 'deal_won')

),

-- What the ledger says of every order and every deal that was ever won.
latest as (

    select moments.*
    from {{ ref('int_transaction_moments') }} as moments
    inner join actions
        on
            moments.destination = actions.destination
            and moments.conversion_name = actions.conversion_name
    where moments.is_latest and moments.event_at is not null

),

told as (

    select * from {{ ref('int_transactions_told') }}

),

judged as (

    select * from {{ ref('int_transactions_judged') }}

),

-- What of each is with the platform, and why the rest is not.
compared as (

    select
        latest.destination,
        latest.conversion_name,
        latest.value_in_ledger,
        latest.value_in_ledger - latest.value as untellable_value,
        case when told.is_open then told.value else 0 end as told_value,
        case
            when judged.status in ('ready', 'waiting') then 'waiting'
            when
                judged.cause in ('click_too_old', 'event_too_old', 'adjustment_too_old')
                then 'too_late'
            when judged.cause = 'no_identifier' then 'without_identifier'
            when judged.status = 'rejected' then 'refused'
        end as rest,
        coalesce(told.is_open, false) as is_told,
        latest.is_alive,
        latest.value - case when told.is_open then told.value else 0 end as rest_value,
        {{ days_between('told.known_at', 'told.last_logged_at') }} as days_to_tell,
        cast({{ dbt.date_trunc('month', 'latest.event_at') }} as date) as month_start_date
    from latest
    left join told on {{ same_conversion('latest', 'told') }}
    left join judged on {{ same_conversion('latest', 'judged') }}

),

summed as (

    select
        month_start_date,
        destination,
        conversion_name,
        sum(case when is_told or is_alive then 1 else 0 end) as conversion_count,
        sum(case when is_told then 1 else 0 end) as told_count,
        {%- for rest in ['waiting', 'too_late', 'refused', 'without_identifier'] %}
        sum(case when not is_told and is_alive and rest = '{{ rest }}' then 1 else 0 end)
            as {{ rest }}_count,
        {%- endfor %}
        sum(value_in_ledger) as value,
        sum(told_value) as told_value,
        {%- for rest in ['waiting', 'too_late', 'refused', 'without_identifier'] %}
        sum(case when rest = '{{ rest }}' then rest_value else 0 end) as {{ rest }}_value,
        {%- endfor %}
        sum(untellable_value) as untellable_value,
        median(case when is_told then days_to_tell end) as median_days_to_tell
    from compared
    group by month_start_date, destination, conversion_name

)

select
    month_start_date,
    destination,
    conversion_name,
    {%- for part in ['conversion', 'told', 'waiting', 'too_late', 'refused', 'without_identifier'] %}
    cast({{ part }}_count as bigint) as {{ part }}_count,
    {%- endfor %}
    cast(value as decimal(18, 2)) as value,
    {%- for part in ['told', 'waiting', 'too_late', 'refused', 'without_identifier', 'untellable'] %}
    cast({{ part }}_value as decimal(18, 2)) as {{ part }}_value,
    {%- endfor %}
    {%- for part in ['told', 'waiting', 'too_late', 'refused', 'without_identifier'] %}
    {{ ratio(part ~ '_value', 'value') }} as {{ part }}_share,
    {%- endfor %}
    cast(median_days_to_tell as decimal(18, 1)) as median_days_to_tell
from summed
