with

entries as (

    select * from {{ ref('int_credited_value') }}

),

ages as (

    {{ click_ages() }}

),

days as (

    {{ whole_numbers(365) }}

),

-- The last age that a click day has lived, by its days.
lived as (

    select
        days.number as lived_days,
        max(ages.step) as lived_step
    from days
    inner join ages on days.number >= ages.age_days
    group by days.number

),

in_weeks as (

    select
        'click_week' as triangle,
        business_line,
        platform,
        week_start_date as origin_date,
        week_lived_step as lived_step,
        week_step as step,
        revenue
    from entries
    where week_lived_days >= 0

),

-- An entry counts from the first age at which it was known.
aged as (

    select
        entries.business_line,
        entries.platform,
        entries.click_date,
        entries.day_lived_days,
        entries.revenue,
        min(ages.step) as step
    from entries
    inner join ages on entries.age_days <= ages.age_days
    group by
        entries.entry_id, entries.business_line, entries.platform, entries.click_date,
        entries.day_lived_days, entries.revenue

),

in_days as (

    select
        'click_day' as triangle,
        aged.business_line,
        aged.platform,
        aged.click_date as origin_date,
        lived.lived_step,
        aged.step,
        aged.revenue
    from aged
    inner join lived on least(aged.day_lived_days, 365) = lived.lived_days

),

by_platform as (

    select * from in_weeks
    union all
    select * from in_days

),

-- Every line is followed on each platform and on all of them together.
increments as (

    select
        triangle,
        business_line,
        platform,
        origin_date,
        lived_step,
        step,
        sum(revenue) as revenue
    from by_platform
    -- A platform of that name has no triangle of its own.
    where platform <> 'all'
    group by triangle, business_line, platform, origin_date, lived_step, step

    union all

    select
        triangle,
        business_line,
        'all' as platform,
        origin_date,
        lived_step,
        step,
        sum(revenue) as revenue
    from by_platform
    group by triangle, business_line, origin_date, lived_step, step

)

select * from increments
