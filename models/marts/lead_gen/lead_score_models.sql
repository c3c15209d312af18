with

models as (

    select * from {{ ref('int_lead_models') }}

),

training as (

    select
        count(*) as training_form_fill_count,
        sum(case when is_won then 1 else 0 end) as training_won_form_fill_count
    from {{ ref('int_lead_training') }}
    where purpose = 'evaluation'

),

held_out as (

    select
        max(after_at) as held_out_after_at,
        max(until_at) as held_out_until_at
    from {{ ref('int_lead_periods') }}
    where role = 'held_out'

)

select
    models.model_version,
    cast(training.training_form_fill_count as bigint) as training_form_fill_count,
    cast(coalesce(training.training_won_form_fill_count, 0) as bigint)
        as training_won_form_fill_count,
    cast(coalesce(models.form_fill_count, 0) as bigint) as held_out_form_fill_count,
    cast(coalesce(models.won_form_fill_count, 0) as bigint)
        as held_out_won_form_fill_count,
    {{ ratio('models.predicted_wins', 'models.form_fill_count') }} as predicted_win_rate,
    {{ ratio('models.won_form_fill_count', 'models.form_fill_count') }}
        as realised_win_rate,
    cast(models.brier_score as decimal(24, 6)) as brier_score,
    cast(models.auc as decimal(24, 6)) as auc_score,
    {{ ratio(
        'models.top_win_count * models.form_fill_count',
        '(models.top_form_fill_count * models.won_form_fill_count)'
    ) }} as top_decile_lift_ratio,
    cast(coalesce(models.predicted_value, 0) as decimal(18, 2)) as predicted_value,
    cast(coalesce(models.realised_value, 0) as decimal(18, 2)) as realised_value,
    models.is_used,
    held_out.held_out_after_at,
    held_out.held_out_until_at
from models
cross join training
cross join held_out
