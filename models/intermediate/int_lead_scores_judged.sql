with

held_out as (

    select
        scores.model_version,
        scores.form_fill_id,
        scores.win_probability,
        scores.expected_value,
        outcomes.won_value,
        case when outcomes.is_won then 1 else 0 end as win_count
    from {{ ref('int_lead_scores') }} as scores
    inner join {{ ref('int_lead_outcomes') }} as outcomes
        on
            scores.purpose = outcomes.purpose
            and scores.form_fill_id = outcomes.form_fill_id
            and outcomes.role = 'held_out'

)

select
    model_version,
    form_fill_id,
    win_probability,
    expected_value,
    won_value,
    win_count,
    (win_probability - win_count) * (win_probability - win_count) as squared_error,
    -- Equal chances share the middle of their ranks.
    rank() over (partition by model_version order by win_probability)
    + (count(*) over (partition by model_version, win_probability) - 1) / 2.0
        as win_probability_rank,
    cast(ntile(10) over (
        partition by model_version
        order by win_probability desc, form_fill_id asc
    ) as integer) as decile
from held_out
