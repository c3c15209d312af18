with

form_fills as (

    select * from {{ ref('int_form_fill_facts') }}

),

observation as (

    select * from {{ ref('int_observation') }}

),

first_wins as (

    select
        deal_form_fills.form_fill_id,
        min(ledger.known_at) as won_known_at
    from {{ ref('int_value_ledger') }} as ledger
    inner join {{ ref('int_deal_form_fills') }} as deal_form_fills
        on ledger.conversion_id = deal_form_fills.deal_id
    inner join observation on ledger.known_at <= observation.observed_at
    where ledger.conversion_type = 'deal' and ledger.event_type = 'deal_won'
    group by deal_form_fills.form_fill_id

),

-- One fill with a wrong year would make the time since the first look long, and old wins few.
spans as (

    select
        percentile_disc(0.001) within group (order by form_fills.submitted_at)
            as first_submitted_at,
        max(observation.observed_at) as observed_at
    from form_fills
    cross join observation

),

-- Young fills have shown their quick wins only: the older half of the time is asked.
old_wins as (

    select
        greatest(
            {{ days_between('form_fills.submitted_at', 'first_wins.won_known_at') }}, 0
        ) as days_to_win
    from first_wins
    inner join form_fills on first_wins.form_fill_id = form_fills.form_fill_id
    inner join spans
        on
            {{ days_between('spans.first_submitted_at', 'form_fills.submitted_at') }}
            <= {{ days_between('form_fills.submitted_at', 'spans.observed_at') }}

),

maturities as (

    select
        cast(percentile_disc(0.9) within group (order by days_to_win) as integer)
            as mature_days
    from old_wins

),

counted as (

    select
        spans.observed_at,
        maturities.mature_days,
        cast(floor((
            {{ days_between('spans.first_submitted_at', 'spans.observed_at') }}
            - maturities.mature_days
        ) / 3.0) as integer) as held_out_days
    from spans
    cross join maturities

),

cut as (

    select
        observed_at,
        {{ dbt.dateadd('day', '-mature_days', 'observed_at') }} as mature_until_at,
        {{ dbt.dateadd('day', '-mature_days - held_out_days', 'observed_at') }}
            as training_cut_at
    from counted
    where held_out_days > 0

)

select
    'evaluation' as purpose,
    'training' as role,
    cast(null as timestamp) as after_at,
    training_cut_at as until_at,
    training_cut_at as cut_at
from cut

union all

select
    'evaluation' as purpose,
    'held_out' as role,
    training_cut_at as after_at,
    mature_until_at as until_at,
    observed_at as cut_at
from cut

union all

select
    'scoring' as purpose,
    'training' as role,
    cast(null as timestamp) as after_at,
    observed_at as until_at,
    observed_at as cut_at
from spans
where observed_at is not null
