with

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

own_faults as (

    select * from {{ ref('int_row_faults') }}

),

rejections as (

    select * from {{ ref('int_row_rejections') }}

),

-- A row that another table's absence rejects carries that reason alone.
flags as (

    select flags.*
    from {{ ref('int_row_flags') }} as flags
    left join rejections
        on
            flags.connector = rejections.connector
            and flags.table_name = rejections.table_name
            and flags.row_key = rejections.row_key
    where rejections.row_key is null

),

issues as (

    select
        *,
        true as is_rejected
    from own_faults

    union all

    select
        *,
        true as is_rejected
    from rejections

    union all

    select
        *,
        false as is_rejected
    from flags

)

select
    connector,
    table_name,
    row_key,
    column_name,
    issue,
    is_rejected,
    {{ audited_value('column_name', 'raw_value', 'erased_ids') }} as raw_value,
    cast(delivered_row_count as bigint) as delivered_row_count,
    known_at
from issues
