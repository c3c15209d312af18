with

form_fills as (

    select * from {{ ref('int_form_fill_facts') }}

),

held_out as (

    select
        purpose,
        form_fill_id
    from {{ ref('int_lead_outcomes') }}
    where role = 'held_out'

),

rated as (

    select
        rates.purpose,
        form_fills.form_fill_id,
        rates.win_probability,
        rates.expected_amount
    from form_fills
    inner join {{ ref('int_lead_campaign_rates') }} as rates
        on
            form_fills.platform = rates.platform
            and form_fills.account_id = rates.account_id
            and form_fills.campaign_id = rates.campaign_id
    left join held_out
        on
            rates.purpose = held_out.purpose
            and form_fills.form_fill_id = held_out.form_fill_id
    where rates.purpose = 'scoring' or held_out.form_fill_id is not null

),

-- The fitted model knows better who wins; of amounts both know the same.
chances as (

    select
        purpose,
        form_fill_id,
        'empirical_bayes 1' as model_version,
        expected_amount,
        win_probability
    from rated

    union all

    select
        rated.purpose,
        rated.form_fill_id,
        fitted.model_version,
        rated.expected_amount,
        cast(fitted.win_probability as decimal(24, 6)) as win_probability
    from rated
    inner join {{ ref('int_lead_model_scores') }} as fitted
        on
            rated.purpose = fitted.purpose
            and rated.form_fill_id = fitted.form_fill_id

)

select
    purpose,
    form_fill_id,
    model_version,
    win_probability,
    expected_amount,
    cast(cast(win_probability as decimal(20, 6)) * expected_amount as decimal(18, 2))
        as expected_value
from chances
