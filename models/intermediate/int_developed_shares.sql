{%- set is_tail_fitted = setting('development_tail') == 'fitted' -%}
{%- set stated_tail = 1 if is_tail_fitted else setting('development_tail') -%}

with

shares as (

    select * from {{ ref('int_seen_shares') }}

),

-- What the last third of the weeks added, against the third before it.
thirds as (

    select
        business_line,
        platform,
        min(factor_count) as factor_count,
        max(case when step = floor(factor_count / 3.0) then seen_share end) as first_share,
        max(case when step = floor(2 * factor_count / 3.0) then seen_share end) as second_share
    from shares
    where triangle = 'click_week'
    group by business_line, platform

),

-- If it goes on falling like that, this is still to come; never taken to fall slower than
-- by half.
tails as (

    select
        business_line,
        platform,
        case
            when {{ is_tail_fitted }} is false then {{ stated_tail }}
            when factor_count < 6 or factor_count >= {{ last_development_step() }} then 1
            when second_share <= first_share or second_share >= 1 then 1
            else 1 + (1 - second_share) * decay / (1 - decay)
        end as tail_factor
    from (
        select
            *,
            least(
                (1 - second_share) / nullif(second_share - first_share, 0), 0.5
            ) as decay
        from thirds
    ) as decayed

),

week_shares as (

    select
        shares.*,
        cast(tails.tail_factor as double) as tail_factor
    from shares
    inner join tails
        on
            shares.business_line = tails.business_line
            and shares.platform = tails.platform
    where shares.triangle = 'click_week'

),

ages as (

    {{ click_ages() }}

),

-- The ages of click days end earlier than the weeks: what comes after the last of them is
-- what the weeks show from there on.
last_ages as (

    select
        shares.business_line,
        shares.platform,
        max({{ whole_weeks('ages.age_days') }}) as age_weeks
    from shares
    inner join ages on shares.step = ages.step
    where shares.triangle = 'click_day'
    group by shares.business_line, shares.platform

),

day_tails as (

    select
        last_ages.business_line,
        last_ages.platform,
        week_shares.tail_factor / nullif(week_shares.seen_share, 0) as tail_factor
    from last_ages
    inner join week_shares
        on
            last_ages.business_line = week_shares.business_line
            and last_ages.platform = week_shares.platform
            -- factor_count is the step after the last factor.
            and least(last_ages.age_weeks, week_shares.factor_count) = week_shares.step

),

tailed as (

    select
        *,
        seen_share / tail_factor as developed_share
    from week_shares

    union all

    select
        shares.*,
        coalesce(day_tails.tail_factor, 1) as tail_factor,
        shares.seen_share / coalesce(day_tails.tail_factor, 1) as developed_share
    from shares
    left join day_tails
        on
            shares.business_line = day_tails.business_line
            and shares.platform = day_tails.platform
    where shares.triangle = 'click_day'

)

select
    triangle,
    business_line,
    platform,
    step,
    tail_factor,
    developed_share,
    -- Both per Mack (1993): what chance adds from here on, for each unit of final value, and
    -- how far the factors themselves may be off.
    coalesce(sum(
        case
            when developed_share > 0
                then step_variance * power(visible_rate, 2) / developed_share
        end
    ) over from_here, 0) as process_variance,
    coalesce(sum(
        case when step_value > 0 then step_variance * power(visible_rate, 2) / step_value end
    ) over from_here, 0) as estimation_variance
from tailed
window from_here as (
    partition by triangle, business_line, platform
    order by step desc
    rows unbounded preceding
)
