with

reports as (

    select * from {{ ref('int_reports_kept') }}

),

-- Every type of entry that can move revenue has its part.
parts as (

    select * from {{ ref('restatement_parts') }}

),

reported as (

    select history.*
    from {{ ref('stg_history__entries_placed') }} as history
    inner join reports on history.reported_at = reports.reported_at
    inner join parts on history.event_type = parts.event_type

),

-- What is believed now, once beside each report.
current_entries as (

    select
        reports.reported_at,
        parts.part,
        entries.*
    from {{ ref('int_entries_placed') }} as entries
    inner join parts on entries.event_type = parts.event_type
    cross join reports

),

paired as (

    select
        coalesce(reported.reported_at, current_entries.reported_at) as reported_at,
        coalesce(reported.business_line, current_entries.business_line) as business_line,
        reported.platform as reported_platform,
        reported.month_start_date as reported_month,
        reported.is_cross_line as was_cross_line,
        coalesce(reported.revenue, 0) as reported_revenue,
        current_entries.platform as current_platform,
        current_entries.month_start_date as current_month,
        current_entries.is_cross_line,
        coalesce(current_entries.revenue, 0) as current_revenue,
        case
            when
                reported.entry_id is null
                and current_entries.known_at > current_entries.reported_at
                then current_entries.part
            else 'restated_rows'
        end as part,
        reported.entry_id is not null
        and current_entries.entry_id is not null
        and (
            reported.platform <> current_entries.platform
            or reported.month_start_date <> current_entries.month_start_date
            or reported.is_cross_line <> current_entries.is_cross_line
        ) as is_moved
    from reported
    full outer join current_entries
        on
            reported.reported_at = current_entries.reported_at
            and reported.entry_id = current_entries.entry_id

),

-- Up to four rows per pair: where it stood, where it left, where it came to, what is new.
amounts as (

    select
        reported_at,
        business_line,
        reported_platform as platform,
        reported_month as month_start_date,
        'reported' as part,
        reported_revenue as amount
    from paired
    where not was_cross_line

    union all

    select
        reported_at,
        business_line,
        reported_platform as platform,
        reported_month as month_start_date,
        case when is_moved then 'moved_credit' else 'restated_rows' end as part,
        -reported_revenue as amount
    from paired
    where not was_cross_line and (is_moved or current_platform is null)

    union all

    select
        reported_at,
        business_line,
        current_platform as platform,
        current_month as month_start_date,
        'moved_credit' as part,
        reported_revenue as amount
    from paired
    where not is_cross_line and is_moved

    union all

    select
        reported_at,
        business_line,
        current_platform as platform,
        current_month as month_start_date,
        part,
        current_revenue - reported_revenue as amount
    from paired
    where not is_cross_line

)

select
    platform,
    business_line,
    part,
    cast(sum(amount) as decimal(18, 2)) as amount,
    month_start_date,
    reported_at
from amounts
-- The month of the report itself has only begun.
where month_start_date < cast({{ dbt.date_trunc('day', 'reported_at') }} as date)
group by platform, business_line, part, month_start_date, reported_at
having sum(abs(amount)) > 0
