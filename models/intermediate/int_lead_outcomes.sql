with

periods as (

    select * from {{ ref('int_lead_periods') }}

),

form_fills as (

    select * from {{ ref('int_form_fill_facts') }}

),

deal_entries as (

    select
        deal_form_fills.form_fill_id,
        ledger.conversion_id as deal_id,
        ledger.event_type,
        ledger.revenue,
        ledger.known_at
    from {{ ref('int_value_ledger') }} as ledger
    inner join {{ ref('int_deal_form_fills') }} as deal_form_fills
        on ledger.conversion_id = deal_form_fills.deal_id
    where ledger.conversion_type = 'deal'

),

-- Each deal as its entries known by the cut leave it.
deals_at_cut as (

    select
        periods.purpose,
        periods.role,
        deal_entries.form_fill_id,
        deal_entries.deal_id,
        sum(deal_entries.revenue) as won_value,
        min(case deal_entries.event_type when 'deal_won' then deal_entries.known_at end)
            as won_known_at
    from periods
    inner join deal_entries on periods.cut_at >= deal_entries.known_at
    group by
        periods.purpose, periods.role, deal_entries.form_fill_id, deal_entries.deal_id
    having
        sum(case deal_entries.event_type
            when 'deal_won' then 1 when 'deal_unwon' then -1 when 'deal_deleted' then -1
            else 0
        end) > 0

),

wins as (

    select
        purpose,
        role,
        form_fill_id,
        sum(won_value) as won_value,
        min(won_known_at) as won_known_at
    from deals_at_cut
    group by purpose, role, form_fill_id

)

select
    periods.purpose,
    periods.role,
    form_fills.form_fill_id,
    cast(coalesce(wins.won_value, 0) as decimal(18, 2)) as won_value,
    cast({{ days_between('form_fills.submitted_at', 'periods.cut_at') }} as integer)
        as age_days,
    case
        when wins.form_fill_id is not null
            then cast(greatest(
                {{ days_between('form_fills.submitted_at', 'wins.won_known_at') }}, 0
            ) as integer)
    end as days_to_win,
    wins.form_fill_id is not null as is_won
from periods
inner join form_fills
    on
        periods.until_at >= form_fills.submitted_at
        and periods.cut_at >= form_fills.known_at
        and (periods.after_at is null or periods.after_at < form_fills.submitted_at)
left join wins
    on
        periods.purpose = wins.purpose
        and periods.role = wins.role
        and form_fills.form_fill_id = wins.form_fill_id
