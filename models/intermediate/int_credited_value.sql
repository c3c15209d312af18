with

entries as (

    select *
    from {{ ref('int_value_ledger') }}
    where revenue <> 0

),

credit as (

    select *
    from {{ ref('int_conversion_clicks') }}
    where match_status = 'matched' and not is_cross_line

),

-- One row per conversion on the right. Unattributed and cross-line value is left out, as it
-- is from every ratio of a line.
credited as (

    select
        entries.entry_id,
        entries.business_line,
        entries.conversion_id,
        credit.platform,
        credit.account_id,
        credit.campaign_id,
        entries.revenue,
        credit.click_date,
        cast({{ dbt.date_trunc('week', 'credit.click_date') }} as date) as week_start_date,
        cast(entries.known_at as date) as known_date
    from entries
    inner join credit
        on
            entries.conversion_type = credit.conversion_type
            and entries.conversion_id = credit.conversion_id

),

aged as (

    select
        credited.*,
        -- A day of the account may end before the UTC day does.
        greatest({{ days_between('click_date', 'known_date') }}, 0) as age_days,
        {{ days_between('click_date', 'observation.observed_date') }} - 1 as day_lived_days,
        {{ days_between('week_start_date', 'known_date') }} - 6 as days_after_week,
        {{ days_between('week_start_date', 'observation.observed_date') }} - 7 as week_lived_days
    from credited
    cross join {{ ref('int_observation') }} as observation

)

select
    *,
    {{ development_step('week_lived_days') }} as week_lived_step,
    -- Steps are weeks, counted back from the last whole day, so that the newest cell of every
    -- week is complete. What is known today, on a day not over, belongs to that cell.
    least(
        greatest({{ whole_weeks('days_after_week - week_lived_days % 7 + 6') }}, 0),
        {{ development_step('week_lived_days') }}
    ) as week_step
from aged
