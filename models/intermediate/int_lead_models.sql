with

judged as (

    select
        model_version,
        count(*) as form_fill_count,
        sum(win_count) as won_form_fill_count,
        sum(win_probability) as predicted_wins,
        sum(expected_value) as predicted_value,
        sum(won_value) as realised_value,
        cast(sum(squared_error) as double) / count(*) as brier_score,
        -- Of all pairs of a won and another fill: how often the won one ranked higher.
        (
            sum(win_probability_rank * win_count)
            - sum(win_count) * (sum(win_count) + 1) / 2.0
        ) / nullif(sum(win_count) * (count(*) - sum(win_count)), 0) as auc,
        sum(case when decile = 1 then win_count else 0 end) as top_win_count,
        sum(case when decile = 1 then 1 else 0 end) as top_form_fill_count
    from {{ ref('int_lead_scores_judged') }}
    group by model_version

),

models as (

    select
        model_version,
        model_version = 'empirical_bayes 1' as is_baseline
    from {{ ref('int_lead_scores') }}
    where purpose = 'scoring'
    group by model_version

),

compared as (

    select
        models.model_version,
        judged.form_fill_count,
        judged.won_form_fill_count,
        judged.predicted_wins,
        judged.predicted_value,
        judged.realised_value,
        judged.brier_score,
        judged.auc,
        judged.top_win_count,
        judged.top_form_fill_count,
        models.is_baseline,
        row_number() over (
            order by
                judged.brier_score asc nulls last,
                case when models.is_baseline then 0 else 1 end
        ) as place
    from models
    left join judged on models.model_version = judged.model_version

)

select
    *,
    place = 1 as is_used
from compared
