with

weeks as (

    select *
    from {{ ref('int_campaign_weeks_developed') }}
    where developed_share is not null

),

-- Peers of a campaign: the platform if it is believed on its own, else the whole line.
populations as (

    select
        business_line,
        'all' as pattern_platform,
        sum(developed_spend) as developed_spend,
        sum(observed_value) as observed_value,
        sum(conversion_count) as conversion_count,
        sum(absolute_value) as absolute_value,
        cast(sum(squared_value) as double) as squared_value
    from weeks
    group by business_line

    union all

    select
        business_line,
        platform as pattern_platform,
        sum(developed_spend) as developed_spend,
        sum(observed_value) as observed_value,
        sum(conversion_count) as conversion_count,
        sum(absolute_value) as absolute_value,
        cast(sum(squared_value) as double) as squared_value
    from weeks
    where pattern_platform <> 'all'
    group by business_line, platform

),

campaigns as (

    select
        business_line,
        platform,
        account_id,
        campaign_id,
        pattern_platform,
        sum(developed_spend) as developed_spend,
        sum(observed_value) as observed_value
    from weeks
    group by business_line, platform, account_id, campaign_id, pattern_platform

),

compared as (

    select
        campaigns.business_line,
        campaigns.platform,
        campaigns.account_id,
        campaigns.campaign_id,
        case
            when campaigns.developed_spend > 0
                then campaigns.observed_value / campaigns.developed_spend
        end as own_roas,
        case
            when populations.developed_spend > 0
                then populations.observed_value / populations.developed_spend
        end as peer_roas,
        -- Conversions that the campaign would have if it were like its peers.
        case
            when populations.developed_spend > 0 and campaigns.developed_spend > 0
                then
                    campaigns.developed_spend
                    * populations.conversion_count / populations.developed_spend
            else 0
        end as expected_conversion_count,
        -- E[x²] ÷ E[x]: what one conversion may move.
        case
            when populations.absolute_value > 0
                then populations.squared_value / populations.absolute_value
            else 0
        end as conversion_size,
        -- E[x²] ÷ E[x]²: 1 if all conversions are worth the same.
        case
            when populations.absolute_value > 0
                then
                    populations.squared_value * populations.conversion_count
                    / power(populations.absolute_value, 2)
            else 1
        end as size_spread
    from campaigns
    left join populations
        on
            campaigns.business_line = populations.business_line
            and campaigns.pattern_platform = populations.pattern_platform

)

select
    *,
    expected_conversion_count / (expected_conversion_count + {{ prior_conversion_count() }})
        as credibility,
    coalesce(
        (
            coalesce(own_roas, peer_roas) * expected_conversion_count
            + peer_roas * {{ prior_conversion_count() }}
        ) / (expected_conversion_count + {{ prior_conversion_count() }}),
        0
    ) as expected_roas
from compared
