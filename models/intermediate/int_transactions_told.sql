with

logged as (

    select
        *,
        row_number() over (
            partition by destination, conversion_name, conversion_type, conversion_id
            order by logged_at desc, batch_id desc, row_number desc
        ) as from_last
    from {{ ref('int_exports_logged') }}
    where outcome <> 'retry'

),

-- An adjustment of a conversion that the platform refused adjusts nothing.
held as (

    select
        logged.*,
        row_number() over (
            partition by
                logged.destination,
                logged.conversion_name,
                logged.conversion_type,
                logged.conversion_id
            order by logged.from_last
        ) as from_last_held
    from logged
    inner join logged as conversions
        on
            logged.destination = conversions.destination
            and logged.conversion_name = conversions.conversion_name
            and logged.transaction_id = conversions.transaction_id
            and conversions.kind = 'conversion'
            and conversions.outcome <> 'refuse'
    where logged.outcome <> 'refuse'

),

ended as (

    select
        destination,
        conversion_name,
        conversion_type,
        conversion_id,
        sum(case when is_end then 1 else 0 end) as ended_count,
        max(logged_at) as last_logged_at
    from held
    group by destination, conversion_name, conversion_type, conversion_id

),

last_logged as (

    select *
    from logged
    where from_last = 1

)

select
    last_logged.destination,
    last_logged.conversion_name,
    last_logged.conversion_type,
    last_logged.conversion_id,
    held.transaction_id,
    held.currency_code,
    held.click_id_type,
    held.click_id,
    case when last_logged.outcome = 'refuse' then last_logged.kind end as refused_kind,
    case when last_logged.outcome = 'refuse' then last_logged.error end as refused_error,
    coalesce(ended.ended_count, 0) as ended_count,
    held.value,
    case when last_logged.outcome = 'refuse' then last_logged.value end as refused_value,
    coalesce(not held.is_end, false) as is_open,
    held.event_at,
    held.known_at,
    ended.last_logged_at
from last_logged
left join held
    on
        last_logged.destination = held.destination
        and last_logged.conversion_name = held.conversion_name
        and last_logged.conversion_type = held.conversion_type
        and last_logged.conversion_id = held.conversion_id
        and held.from_last_held = 1
left join ended
    on
        last_logged.destination = ended.destination
        and last_logged.conversion_name = ended.conversion_name
        and last_logged.conversion_type = ended.conversion_type
        and last_logged.conversion_id = ended.conversion_id
