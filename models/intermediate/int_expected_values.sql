with

scores as (

    select * from {{ ref('int_lead_scores_used') }}

),

deals as (

    select
        deals.deal_id,
        deals.pipeline,
        deal_form_fills.form_fill_id
    from {{ ref('int_deals_current') }} as deals
    left join {{ ref('int_deal_form_fills') }} as deal_form_fills
        on deals.deal_id = deal_form_fills.deal_id

),

created as (

    select
        deal_id,
        pipeline as amount
    from {{ ref('int_deal_entries') }}
    where event_type = 'deal_created'

),

-- What the CRM gives a new deal of this pipeline.
first_stages as (

    select
        deals.deal_id,
        stages.win_probability,
        row_number() over (
            partition by deals.deal_id
            order by
                case when stages.pipeline is null then 1 else 0 end,
                stages.position,
                stages.stage
        ) as choice
    from deals
    inner join {{ ref('int_deal_stages') }} as stages
        on deals.pipeline = stages.pipeline or stages.pipeline is null
    where not stages.is_won and not stages.is_lost and stages.win_probability is not null

)

select
    'form_fill' as conversion_type,
    form_fill_id as conversion_id,
    cast(expected_value as decimal(18, 2)) as expected_value
from scores

union all

select
    'deal' as conversion_type,
    deals.deal_id as conversion_id,
    cast(
        coalesce(
            scores.expected_value,
            cast(created.amount as decimal(27, 2)) * first_stages.win_probability
        )
        as decimal(18, 2)
    ) as expected_value
from deals
left join scores on deals.form_fill_id = scores.form_fill_id
left join created on deals.deal_id = created.deal_id
left join first_stages on deals.deal_id = first_stages.deal_id and first_stages.choice = 1
