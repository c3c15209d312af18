with

states as (

    select * from {{ ref('int_deal_states') }}

),

deals as (

    select * from {{ ref('int_deals_judged') }}

),

compared as (

    select
        states.*,
        coalesce(deals.gross_margin_rate, 0) as gross_margin_rate,
        lag(states.status) over in_turn as previous_status,
        lag(states.amount) over in_turn as previous_amount,
        lag(states.believed_stage) over in_turn as previous_believed_stage
    from states
    inner join deals on states.deal_id = deals.deal_id
    window in_turn as (partition by states.deal_id order by states.sequence_number)

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
    case status when 'deleted' then previous_believed_stage else believed_stage end
        as stage,
    case status when 'deleted' then previous_status else status end as believed_status,
    case status when 'deleted' then previous_amount else amount end
        as believed_amount_original,
    sequence_number,
    cast(revenue_added - revenue_taken_back as decimal(18, 2)) as revenue,
    cast(profit_added - profit_taken_back as decimal(18, 2)) as profit,
    cast(pipeline_added - pipeline_taken_back as decimal(18, 2)) as pipeline,
    occurred_at,
    known_at
from named
