with

known as (

    select max(known_at) as known_at
    from {{ ref('int_value_ledger') }}
    union all
    select max(known_at) as known_at
    from {{ ref('int_clicks') }}
    union all
    select max(known_at) as known_at
    from {{ ref('int_spend') }}

),

newest as (

    select
        coalesce(
            cast({{ as_of_timestamp() if setting('as_of') else 'null' }} as timestamp),
            max(known_at)
        ) as observed_at
    from known

)

select
    observed_at,
    cast(observed_at as date) as observed_date
from newest
