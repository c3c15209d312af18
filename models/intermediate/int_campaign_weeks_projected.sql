with

weeks as (

    select
        developed.*,
        expectations.expected_roas,
        expectations.credibility,
        expectations.expected_conversion_count,
        expectations.size_spread,
        coalesce(spreads.dispersion_up, expectations.conversion_size) as dispersion_up,
        coalesce(spreads.dispersion_down, expectations.conversion_size) as dispersion_down,
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
        -- What the campaign's rate may be off, and what the pattern may be off.
        power(expected_gain, 2) * size_spread
        / (expected_conversion_count + {{ prior_conversion_count() }})
        + power(cape_cod_value, 2) * estimation_variance as rate_variance
    from estimated

),

ranged as (

    select
        *,
        projected_value
        - 1.4 * sqrt(dispersion_down * abs(expected_gain) + rate_variance) as low_end,
        projected_value
        + 1.4 * sqrt(dispersion_up * abs(expected_gain) + rate_variance) as high_end
    from projected

)

select
    *,
    -- Value does not fall below nothing, unless it has already. `greatest` skips nulls.
    case
        when projected_value is not null
            then greatest(low_end, least(projected_value, observed_value, 0))
    end as low_value,
    high_end as high_value
from ranged
