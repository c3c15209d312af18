with

weeks as (

    select
        developed.*,
        expectations.expected_roas,
        expectations.credibility,
        expectations.expected_conversion_count,
        expectations.size_spread,
        coalesce(spreads.dispersion, expectations.conversion_size) as dispersion,
        developed.spend * expectations.expected_roas * (1 - developed.developed_share)
            as expected_gain
    from {{ ref('int_campaign_weeks_developed') }} as developed
    left join {{ ref('int_campaign_expectations') }} as expectations
        on
            developed.business_line = expectations.business_line
            and developed.platform = expectations.platform
            and developed.account_id = expectations.account_id
            and developed.campaign_id = expectations.campaign_id
    left join {{ ref('int_projection_spreads') }} as spreads
        on
            developed.business_line = spreads.business_line
            and developed.pattern_platform = spreads.pattern_platform
            and developed.lived_step = spreads.step

),

estimated as (

    select
        *,
        case when developed_share >= 0.9 then 'chain_ladder' else 'cape_cod' end as method,
        case when developed_share > 0 then observed_value / developed_share end
            as chain_ladder_value,
        observed_value + expected_gain as cape_cod_value
    from weeks

),

projected as (

    select
        *,
        case
            when method = 'chain_ladder' then chain_ladder_value else cape_cod_value
        end as projected_value,
        sqrt(
            abs(chain_ladder_value) * process_variance
            + power(chain_ladder_value, 2) * estimation_variance
        ) as mack_error,
        -- Chance, what the campaign's own rate may be off, what the pattern may be off.
        dispersion * abs(expected_gain)
        + power(expected_gain, 2) * size_spread
        / (expected_conversion_count + {{ prior_conversion_count() }})
        + power(cape_cod_value, 2) * estimation_variance as gain_variance
    from estimated

),

shaped as (

    select
        *,
        9 * power(expected_gain, 2) / nullif(gain_variance, 0) as nine_shapes
    from projected

),

-- What is still to come cannot be less than nothing, what is still to go no more.
ranged as (

    select
        *,
        projected_value + {{ gamma_quantile(-1.4) }} - abs(expected_gain) as low_if_rising,
        projected_value + {{ gamma_quantile(1.4) }} - abs(expected_gain) as high_if_rising,
        projected_value - {{ gamma_quantile(1.4) }} + abs(expected_gain) as low_if_falling,
        projected_value - {{ gamma_quantile(-1.4) }} + abs(expected_gain) as high_if_falling
    from shaped

)

-- `least` and `greatest` skip nulls: where nothing can be projected, there is no range.
select
    *,
    case
        when projected_value is null then null
        when expected_gain < 0 then least(projected_value, low_if_falling)
        else least(projected_value, greatest(low_if_rising, observed_value))
    end as low_value,
    case
        when projected_value is null then null
        when expected_gain < 0
            then greatest(projected_value, least(high_if_falling, observed_value))
        else greatest(projected_value, high_if_rising)
    end as high_value
from ranged
