with

deals as (

    select * from {{ ref('int_deals_current') }}

),

deal_form_fills as (

    select * from {{ ref('int_deal_form_fills') }}

),

worth as (

    select
        conversion_id as deal_id,
        sum(revenue) as won_value,
        sum(profit) as profit,
        sum(pipeline) as open_pipeline
    from {{ ref('int_value_ledger') }}
    where conversion_type = 'deal'
    group by conversion_id

),

stage_periods as (

    select
        *,
        last_value(status) over (
            partition by deal_id
            order by period_number
            rows between unbounded preceding and unbounded following
        ) as last_status
    from {{ ref('int_deal_stage_periods') }}

),

-- The stay in won, or in lost, stages that has lasted to the end.
last_runs as (

    select
        periods.deal_id,
        min(periods.entered_at) as began_at
    from stage_periods as periods
    left join stage_periods as later_breaks
        on
            periods.deal_id = later_breaks.deal_id
            and periods.period_number < later_breaks.period_number
            and later_breaks.status <> later_breaks.last_status
    where periods.status = periods.last_status and later_breaks.deal_id is null
    group by periods.deal_id

),

closed as (

    select
        deals.*,
        worth.won_value,
        worth.profit,
        worth.open_pipeline,
        deal_form_fills.form_fill_id,
        deal_form_fills.link as form_fill_link,
        case when deals.status in ('won', 'lost') then last_runs.began_at end as closed_at
    from deals
    left join worth on deals.deal_id = worth.deal_id
    left join deal_form_fills on deals.deal_id = deal_form_fills.deal_id
    left join last_runs on deals.deal_id = last_runs.deal_id

)

select
    deal_id,
    form_fill_id,
    form_fill_link,
    pipeline,
    stage,
    status,
    customer_type,
    currency_code,
    cast(amount_original as decimal(18, 6)) as amount_original,
    cast(won_value as decimal(18, 2)) as won_value,
    cast(profit as decimal(18, 2)) as profit,
    cast(open_pipeline as decimal(18, 2)) as open_pipeline,
    cast({{ days_between('created_at', 'closed_at') }} as integer) as days_to_close,
    is_won,
    is_deleted,
    created_at,
    closed_at,
    deleted_at,
    known_at
from closed
