with

form_fills as (

    select * from {{ ref('int_form_fill_facts') }}

),

scores as (

    select * from {{ ref('int_lead_scores_used') }}

),

averages as (

    select sum(expected_value) / count(*) as average_value
    from scores

)

select
    scores.form_fill_id,
    case
        when averages.average_value <= 0 then 'D'
        when scores.expected_value >= 2 * averages.average_value then 'A'
        when scores.expected_value >= averages.average_value then 'B'
        when scores.expected_value >= averages.average_value / 2 then 'C'
        else 'D'
    end as band,
    scores.model_version,
    scores.win_probability,
    scores.expected_amount,
    scores.expected_value,
    form_fills.submitted_at,
    observation.observed_at as scored_as_of_at
from scores
inner join form_fills on scores.form_fill_id = form_fills.form_fill_id
cross join averages
cross join {{ ref('int_observation') }} as observation
