with

-- Counts are compared by what of them can be seen: a young form fill is a part of one.
quarters as (

    select
        developed.platform,
        developed.account_id,
        developed.campaign_id,
        developed.quarter_start_date,
        developed.spend,
        developed.developed_spend,
        coalesce(leads.form_fill_count, 0) as form_fill_count,
        {{ estimated_rate('coalesce(leads.form_fill_count, 0) * developed.developed_share') }}
            as developed_form_fills,
        coalesce(leads.won_deal_count, 0) as won_deal_count,
        coalesce(leads.won_value, 0) as won_value
    from {{ ref('int_campaign_quarters_developed') }} as developed
    left join {{ ref('int_campaign_quarter_leads') }} as leads
        on {{ same_campaign('developed', 'leads', 'quarter_start_date') }}
    where
        developed.business_line = 'lead_gen'
        and developed.spend > 0
        and developed.developed_share > 0

),

populations as (

    select
        'account' as peer_scope,
        platform,
        account_id,
        quarter_start_date,
        sum(spend) as spend,
        sum(developed_spend) as developed_spend,
        sum(form_fill_count) as form_fill_count,
        sum(developed_form_fills) as developed_form_fills,
        sum(won_deal_count) as won_deal_count,
        sum(won_value) as won_value
    from quarters
    group by platform, account_id, quarter_start_date

    union all

    select
        'line' as peer_scope,
        null as platform,
        null as account_id,
        quarter_start_date,
        sum(spend) as spend,
        sum(developed_spend) as developed_spend,
        sum(form_fill_count) as form_fill_count,
        sum(developed_form_fills) as developed_form_fills,
        sum(won_deal_count) as won_deal_count,
        sum(won_value) as won_value
    from quarters
    group by quarter_start_date

),

-- Two rows per quarter of a campaign: without itself, its account and the whole line.
peers as (

    select
        quarters.*,
        populations.peer_scope,
        populations.spend - quarters.spend as peer_spend,
        populations.developed_spend - quarters.developed_spend as peer_developed_spend,
        populations.form_fill_count - quarters.form_fill_count as peer_form_fill_count,
        populations.developed_form_fills - quarters.developed_form_fills
            as peer_developed_form_fills,
        populations.won_deal_count - quarters.won_deal_count as peer_won_deal_count,
        populations.won_value - quarters.won_value as peer_won_value
    from quarters
    inner join populations
        on
            quarters.quarter_start_date = populations.quarter_start_date
            and (
                populations.peer_scope = 'line'
                or (
                    quarters.platform = populations.platform
                    and quarters.account_id = populations.account_id
                )
            )

),

-- The account's own are asked first; with fewer than five won deals they say too little.
chosen as (

    select
        *,
        row_number() over (
            partition by platform, account_id, campaign_id, quarter_start_date
            order by
                case
                    when peer_scope = 'line' then 2
                    when peer_won_deal_count >= 5 and peer_form_fill_count > 0 then 1
                    else 3
                end
        ) as choice
    from peers

),

-- The odds at which a won deal would be a peer's, as they are against as they should be.
weighed as (

    select
        *,
        case
            when
                form_fill_count > 0
                and peer_form_fill_count > 0
                and peer_won_deal_count > 0
                then
                    (won_deal_count + 1) * peer_developed_form_fills
                    / nullif(developed_form_fills * peer_won_deal_count, 0)
        end as odds_ratio
    from chosen
    where choice = 1

)

select
    platform,
    account_id,
    campaign_id,
    quarter_start_date,
    peer_scope,
    spend / nullif(form_fill_count, 0) as cost_per_form_fill,
    peer_spend / nullif(peer_form_fill_count, 0) as peer_cost_per_form_fill,
    case
        when peer_developed_form_fills > 0
            then developed_form_fills * peer_won_deal_count / peer_developed_form_fills
    end as expected_won_deals,
    won_value / nullif(developed_spend, 0) as developed_roas,
    case when peer_developed_spend > 0 then peer_won_value / peer_developed_spend end
        as peer_developed_roas,
    -- Of all won deals, its own and its peers', as few are its own as by chance: the lower tail
    -- of a binomial distribution as a normal quantile (Camp 1951, Paulson 1942).
    (
        (1 - 1.0 / (9 * (won_deal_count + 1))) * power(odds_ratio, 1.0 / 3)
        - (1 - 1.0 / nullif(9 * peer_won_deal_count, 0))
    ) / sqrt(
        power(odds_ratio, 2.0 / 3) / (9 * (won_deal_count + 1))
        + 1.0 / nullif(9 * peer_won_deal_count, 0)
    ) as closing_gap
from weighed
