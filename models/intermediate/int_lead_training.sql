with

training as (

    select *
    from {{ ref('int_lead_outcomes') }}
    where role = 'training'

),

delays as (

    select
        purpose,
        days_to_win,
        count(*) as win_count
    from training
    where is_won
    group by purpose, days_to_win

),

-- Of the wins that were old enough to have taken so long, and took no longer.
at_risk as (

    select
        delays.purpose,
        delays.days_to_win,
        delays.win_count,
        count(*) as win_count_so_far
    from delays
    inner join training
        on
            delays.purpose = training.purpose
            and delays.days_to_win >= training.days_to_win
            and delays.days_to_win <= training.age_days
    group by delays.purpose, delays.days_to_win, delays.win_count

),

ages as (

    select distinct
        purpose,
        age_days
    from training

),

-- Each longer delay takes its part away. The 1 added keeps a single win from deciding all.
visible as (

    select
        ages.purpose,
        ages.age_days,
        cast(coalesce(
            exp(sum(ln(1 - at_risk.win_count / (at_risk.win_count_so_far + 1.0)))), 1
        ) as decimal(24, 6)) as visible_share
    from ages
    left join at_risk
        on ages.purpose = at_risk.purpose and ages.age_days < at_risk.days_to_win
    group by ages.purpose, ages.age_days

)

select
    training.purpose,
    training.form_fill_id,
    training.won_value,
    visible.visible_share,
    training.is_won
from training
inner join visible
    on training.purpose = visible.purpose and training.age_days = visible.age_days
