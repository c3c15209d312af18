with

projections as (

    select *
    from {{ ref('stg_history__roas_projected_by_campaign_week') }}
    where projected_value is not null

),

-- What has become of a week counts once at most one part in twenty is still to come, or to go.
ripe as (

    select *
    from {{ ref('int_campaign_weeks_projected') }}
    where developed_share between 0.95 and 1.05

),

ages as (

    select days.age_days
    from (values (7), (14), (30), (60)) as days (age_days)

)

-- A month end meets each campaign once at each age: in the week that is in its first seven
-- days from there.
select
    projections.reported_at,
    projections.business_line,
    projections.platform,
    projections.account_id,
    projections.campaign_id,
    projections.week_start_date,
    ages.age_days,
    projections.spend,
    projections.observed_value,
    projections.projected_value,
    ripe.observed_value as final_value,
    projections.low_value <= ripe.observed_value
    and ripe.observed_value <= projections.high_value as is_held
from projections
inner join ages
    on
        projections.lived_days >= ages.age_days
        and projections.lived_days < ages.age_days + 7
inner join {{ ref('int_reports_kept') }} as reports
    on projections.reported_at = reports.reported_at
inner join ripe
    on
        projections.business_line = ripe.business_line
        and {{ same_campaign('projections', 'ripe', 'week_start_date') }}
where projections.spend > 0
