{# As many conversions as before find their click, in all and on each platform. #}
{% import 'windows.sql' as windows with context %}
with

conversions as (

    select
        *,
        cast(anchor_at as date) as day
    from {batch}

),

measured as (

    select
        conversion_type || 's with a known click' as subject,
        day,
        match_status = 'matched' as is_hit
    from conversions

    union all

    select
        conversions.conversion_type || 's credited to ' || platforms.platform as subject,
        conversions.day,
        coalesce(conversions.platform = platforms.platform, false) as is_hit
    from conversions
    cross join (
        select distinct platform
        from conversions
        where match_status = 'matched'
    ) as platforms

),

{{ windows.changed_shares() }}
