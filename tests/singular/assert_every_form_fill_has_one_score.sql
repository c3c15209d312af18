-- A lead without a score is never called, and one with two is counted twice in any forecast.
-- A chance outside 0 and 1 would make an expected value that nobody can explain.
with

form_fills as (

    select form_fill_id
    from {{ ref('form_fills') }}

),

lead_scores as (

    select * from {{ ref('lead_scores') }}

),

scored as (

    select
        form_fills.form_fill_id,
        count(lead_scores.form_fill_id) as score_count,
        min(lead_scores.win_probability) as lowest,
        max(lead_scores.win_probability) as highest,
        min(lead_scores.expected_value) as least_value
    from form_fills
    full outer join lead_scores on form_fills.form_fill_id = lead_scores.form_fill_id
    group by form_fills.form_fill_id

)

select *
from scored
where
    form_fill_id is null
    or score_count <> 1
    or lowest is null
    or lowest < 0
    or highest > 1
    or least_value is null
