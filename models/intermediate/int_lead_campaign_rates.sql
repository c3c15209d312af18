with

form_fills as (

    select * from {{ ref('int_form_fill_facts') }}

),

training as (

    select * from {{ ref('int_lead_training') }}

),

purposes as (

    select distinct purpose
    from training

),

campaigns as (

    select distinct
        purposes.purpose,
        form_fills.platform,
        form_fills.account_id,
        form_fills.campaign_id
    from form_fills
    cross join purposes

),

trained as (

    select
        training.purpose,
        form_fills.platform,
        form_fills.account_id,
        form_fills.campaign_id,
        sum(training.visible_share) as visible_fills,
        sum(case when training.is_won then 1 else 0 end) as win_count,
        sum(training.won_value) as won_value
    from training
    inner join form_fills on training.form_fill_id = form_fills.form_fill_id
    group by
        training.purpose,
        form_fills.platform,
        form_fills.account_id,
        form_fills.campaign_id

),

-- A campaign without a fill to learn from has nothing of its own.
completed as (

    select
        campaigns.*,
        coalesce(trained.visible_fills, 0) as visible_fills,
        coalesce(trained.win_count, 0) as win_count,
        coalesce(trained.won_value, 0) as won_value
    from campaigns
    left join trained
        on
            campaigns.purpose = trained.purpose
            and campaigns.platform = trained.platform
            and campaigns.account_id = trained.account_id
            and campaigns.campaign_id = trained.campaign_id

),

summed as (

    select
        *,
        sum(visible_fills) over (partition by purpose, platform) as platform_fills,
        sum(win_count) over (partition by purpose, platform) as platform_wins,
        sum(won_value) over (partition by purpose, platform) as platform_value,
        sum(win_count) over (partition by purpose)
        / nullif(sum(visible_fills) over (partition by purpose), 0) as all_rate,
        sum(won_value) over (partition by purpose)
        / nullif(sum(win_count) over (partition by purpose), 0) as all_amount
    from completed

),

-- Ten wins as its parent has them are added to each: few own wins then say little.
platform_rates as (

    select
        *,
        (platform_wins + 10) / (platform_fills + 10 / nullif(all_rate, 0))
            as platform_rate,
        (platform_value + 10 * all_amount) / (platform_wins + 10) as platform_amount
    from summed

),

campaign_rates as (

    select
        *,
        (win_count + 10) / (visible_fills + 10 / platform_rate) as campaign_rate,
        (won_value + 10 * platform_amount) / (win_count + 10) as campaign_amount
    from platform_rates

)

-- With no win at all there is nothing to share out.
select
    purpose,
    platform,
    account_id,
    campaign_id,
    cast(least(coalesce(campaign_rate, 0), 1) as decimal(24, 6)) as win_probability,
    cast(coalesce(campaign_amount, 0) as decimal(18, 2)) as expected_amount
from campaign_rates
