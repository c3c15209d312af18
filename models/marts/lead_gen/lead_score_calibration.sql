with

held_out as (

    select * from {{ ref('int_lead_scores_judged') }}

),

models as (

    select * from {{ ref('int_lead_models') }}

),

deciles as (

    select
        model_version,
        decile,
        count(*) as form_fill_count,
        sum(win_count) as won_form_fill_count,
        sum(win_probability) as predicted_wins,
        sum(expected_value) as predicted_value,
        sum(won_value) as realised_value
    from held_out
    group by model_version, decile

)

select
    deciles.model_version,
    deciles.decile,
    cast(deciles.form_fill_count as bigint) as form_fill_count,
    cast(deciles.won_form_fill_count as bigint) as won_form_fill_count,
    {{ ratio('deciles.predicted_wins', 'deciles.form_fill_count') }} as predicted_win_rate,
    {{ ratio('deciles.won_form_fill_count', 'deciles.form_fill_count') }}
        as realised_win_rate,
    {{ ratio(
        'deciles.won_form_fill_count * models.form_fill_count',
        '(deciles.form_fill_count * models.won_form_fill_count)'
    ) }} as lift_ratio,
    cast(deciles.predicted_value as decimal(18, 2)) as predicted_value,
    cast(deciles.realised_value as decimal(18, 2)) as realised_value,
    models.is_used
from deciles
inner join models on deciles.model_version = models.model_version
