with

held as (

    select *
    from {{ ref('int_exports_logged') }}
    where outcome in ('unanswered', 'accept')

),

begun as (

    select
        destination,
        conversion_name,
        conversion_type,
        conversion_id,
        transaction_id,
        min(event_at) as event_at,
        min(logged_at) as begun_at
    from held
    where kind = 'conversion'
    group by destination, conversion_name, conversion_type, conversion_id, transaction_id

),

-- An adjustment of a conversion that the platform does not hold adjusts nothing.
last_held as (

    select
        held.*,
        begun.event_at as begun_event_at,
        begun.begun_at,
        -- O1 is the first of its conversion, O1~2 the second.
        cast(coalesce(nullif(
            replace(
                held.transaction_id, {{ transaction_id('held.conversion_id') }} || '~', ''
            ),
            held.transaction_id
        ), '1') as integer) as transaction_number,
        row_number() over (
            partition by
                held.destination,
                held.conversion_name,
                held.conversion_type,
                held.conversion_id,
                held.transaction_id
            order by held.logged_at desc, held.batch_id desc, held.row_number desc
        ) as from_last
    from held
    inner join begun
        on
            {{ same_conversion('held', 'begun') }}
            and held.transaction_id = begun.transaction_id

)

select
    destination,
    conversion_name,
    conversion_type,
    conversion_id,
    transaction_id,
    click_id_type,
    click_id,
    value,
    not is_end as is_open,
    row_number() over (
        partition by destination, conversion_name, conversion_type, conversion_id
        order by begun_at desc, transaction_id desc
    ) = 1 as is_last,
    max(transaction_number) over (
        partition by destination, conversion_name, conversion_type, conversion_id
    ) as transaction_count,
    begun_event_at as event_at,
    known_at,
    max(logged_at) over (
        partition by destination, conversion_name, conversion_type, conversion_id
    ) as last_logged_at
from last_held
where from_last = 1
