{# For no reason do more conversions than before stay without a click. #}
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
        conversions.conversion_type || 's unattributed: ' || reasons.match_reason as subject,
        conversions.day,
        coalesce(conversions.match_reason = reasons.match_reason, false) as is_hit
    from conversions
    cross join (
        select distinct match_reason
        from conversions
        where match_reason is not null
    ) as reasons

),

{{ windows.changed_shares() }}
