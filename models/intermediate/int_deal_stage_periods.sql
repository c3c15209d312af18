with

deals as (

    select * from {{ ref('int_deals_current') }}

),

-- By business time, whenever each change became known.
changes as (

    select
        changes.deal_id,
        changes.stage,
        changes.status,
        changes.chronology,
        changes.changed_at
    from {{ ref('int_deal_changes_replayed') }} as changes
    inner join deals on changes.deal_id = deals.deal_id
    where not changes.is_after_deletion

    union all

    select
        own_rows.deal_id,
        own_rows.stage,
        own_rows.status,
        1 as chronology,
        own_rows.changed_at
    from {{ ref('int_deal_changes') }} as own_rows
    inner join deals on own_rows.deal_id = deals.deal_id
    where
        not own_rows.is_history
        and not own_rows.is_after_deletion
        and not deals.has_history

),

compared as (

    select
        *,
        lag(stage) over (partition by deal_id order by chronology) as previous_stage
    from changes

),

-- An edited amount or a repeated stage does not begin a new period.
entered as (

    select
        *,
        lead(changed_at) over (partition by deal_id order by chronology) as next_entered_at
    from compared
    where previous_stage is null or stage <> previous_stage

)

select
    entered.deal_id,
    entered.stage,
    entered.status,
    row_number() over (partition by entered.deal_id order by entered.chronology)
        as period_number,
    entered.changed_at as entered_at,
    coalesce(entered.next_entered_at, deals.deleted_at) as left_at
from entered
inner join deals on entered.deal_id = deals.deal_id
