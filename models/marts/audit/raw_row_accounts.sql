with

standings as (

    select * from {{ ref('int_row_standings') }}

),

rejections as (

    select
        connector,
        table_name,
        sum(delivered_row_count) as rejected_row_count
    from {{ ref('int_row_rejections') }}
    group by connector, table_name

),

counted as (

    select
        standings.*,
        standings.faulty_row_count + coalesce(rejections.rejected_row_count, 0)
            as rejected_row_count
    from standings
    left join rejections
        on
            standings.connector = rejections.connector
            and standings.table_name = rejections.table_name

),

-- What is neither superseded nor rejected; a test holds it against rows counted apart.
accepted as (

    select
        *,
        delivered_row_count - superseded_row_count - rejected_row_count
            as accepted_row_count
    from counted

)

select
    connector,
    table_name,
    cast(delivered_row_count as bigint) as delivered_row_count,
    cast(accepted_row_count as bigint) as accepted_row_count,
    cast(superseded_row_count as bigint) as superseded_row_count,
    cast(rejected_row_count as bigint) as rejected_row_count
from accepted
