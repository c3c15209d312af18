with

deals as (

    select *
    from {{ ref('int_deals_judged') }}
    where issue is null

),

changes as (

    select * from {{ ref('int_deal_changes_replayed') }}

),

own_rows as (

    select *
    from {{ ref('int_deal_changes') }}
    where not is_history

),

-- What a deal was believed to be, in the order in which it became known.
states as (

    select
        deal_id,
        connector || '/crm_deals/' || row_key as entry_source,
        0 as sequence_number,
        cast(null as varchar) as stage,
        cast(null as varchar) as believed_stage,
        'open' as status,
        coalesce(first_amount_original, 0) as amount,
        rate_multiplier,
        rate_divisor,
        created_at as occurred_at,
        known_at
    from deals

    union all

    select
        changes.deal_id,
        deals.connector || '/crm_deal_stage_changes/' || changes.row_key as entry_source,
        changes.replay_number as sequence_number,
        changes.stage,
        changes.believed_stage,
        changes.believed_status as status,
        coalesce(changes.believed_amount, 0) as amount,
        changes.rate_multiplier,
        changes.rate_divisor,
        changes.changed_at as occurred_at,
        changes.known_at
    from changes
    inner join deals on changes.deal_id = deals.deal_id

    union all

    select
        own_rows.deal_id,
        deals.connector || '/crm_deals/' || own_rows.row_key as entry_source,
        1 as sequence_number,
        own_rows.stage,
        own_rows.stage as believed_stage,
        own_rows.status,
        coalesce(deals.first_amount_original, 0) as amount,
        own_rows.rate_multiplier,
        own_rows.rate_divisor,
        own_rows.changed_at as occurred_at,
        own_rows.known_at
    from own_rows
    inner join deals on own_rows.deal_id = deals.deal_id
    where not deals.has_history

),

-- A deletion is the last thing that a deal's entries tell.
told as (

    select states.*
    from states
    inner join deals on states.deal_id = deals.deal_id
    where not deals.is_deleted or states.known_at <= deals.deleted_at

    union all

    select
        deal_id,
        connector || '/crm_deals/' || row_key as entry_source,
        9223372036854775807 as sequence_number,
        cast(null as varchar) as stage,
        cast(null as varchar) as believed_stage,
        'deleted' as status,
        0 as amount,
        cast(null as decimal(17, 10)) as rate_multiplier,
        cast(null as decimal(17, 10)) as rate_divisor,
        deleted_at as occurred_at,
        deleted_at as known_at
    from deals
    where is_deleted

),

compared as (

    select
        told.*,
        deals.gross_margin_rate,
        lag(told.status) over in_turn as previous_status,
        lag(told.amount) over in_turn as previous_amount,
        lag(told.believed_stage) over in_turn as previous_believed_stage
    from told
    inner join deals on told.deal_id = deals.deal_id
    window in_turn as (partition by told.deal_id order by told.sequence_number)

),

added as (

    select
        *,
        case
            when status not in ('open', 'won') then 0
            when status = previous_status then amount - previous_amount
            else amount
        end as amount_added
    from compared

),

converted as (

    select
        *,
        case status when 'won' then {{ to_cents('amount_added') }} else 0 end
            as revenue_added,
        case status
            when 'won' then {{ to_cents('amount_added', 'gross_margin_rate', '1') }}
            else 0
        end as profit_added,
        case status when 'open' then {{ to_cents('amount_added') }} else 0 end
            as pipeline_added,
        -- Numbers the times that a deal was won, or open, without a break.
        sum(case when status is distinct from previous_status then 1 else 0 end) over (
            partition by deal_id
            order by sequence_number
            rows unbounded preceding
        ) as spell
    from added

),

spell_sums as (

    select
        deal_id,
        spell,
        sum(revenue_added) as revenue_added,
        sum(profit_added) as profit_added,
        sum(pipeline_added) as pipeline_added
    from converted
    group by deal_id, spell

),

-- What is left behind takes back all that its spell had booked, to the cent.
booked as (

    select
        converted.*,
        coalesce(spell_sums.revenue_added, 0) as revenue_taken_back,
        coalesce(spell_sums.profit_added, 0) as profit_taken_back,
        coalesce(spell_sums.pipeline_added, 0) as pipeline_taken_back
    from converted
    left join spell_sums
        on
            converted.deal_id = spell_sums.deal_id
            and converted.spell = spell_sums.spell + 1
            and converted.status <> converted.previous_status

),

named as (

    select
        *,
        case
            when status = 'deleted' then 'deal_deleted'
            when sequence_number = 0 then 'deal_created'
            when status = 'won' and previous_status <> 'won' then 'deal_won'
            when status <> 'won' and previous_status = 'won' then 'deal_unwon'
            when amount <> previous_amount then 'deal_amount_changed'
            else 'deal_stage_changed'
        end as event_type
    from booked

)

select
    entry_source || '/' || event_type as entry_id,
    deal_id,
    event_type,
    case status when 'deleted' then previous_believed_stage else stage end as stage,
    case status when 'deleted' then previous_believed_stage else believed_stage end
        as believed_stage,
    case status when 'deleted' then previous_status else status end as believed_status,
    amount as believed_amount_original,
    sequence_number,
    cast(revenue_added - revenue_taken_back as decimal(18, 2)) as revenue,
    cast(profit_added - profit_taken_back as decimal(18, 2)) as profit,
    cast(pipeline_added - pipeline_taken_back as decimal(18, 2)) as pipeline,
    occurred_at,
    known_at
from named
