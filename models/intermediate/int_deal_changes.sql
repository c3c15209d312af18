{{ config(materialized='view') }}

with

deals as (

    select *
    from ({{ union_connectors('crm_deals') }}) as delivered
    where standing = 'in_force'

),

stage_changes as (

    select *
    from ({{ union_connectors('crm_deal_stage_changes') }}) as delivered
    where standing = 'in_force'

),

deal_stages as (

    select * from {{ ref('int_deal_stages') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

named as (

    select
        stage_changes.deal_id,
        stage_changes.connector,
        stage_changes.row_key,
        stage_changes.stage,
        stage_changes.amount,
        stage_changes.amount_delivered,
        deals.pipeline,
        deals.currency_code,
        deals.amount as deal_amount,
        case when deals.is_deleted then coalesce(deals.loaded_at, deals.created_at) end
            as deleted_at,
        true as is_history,
        stage_changes.changed_at,
        stage_changes.known_at,
        cast(null as timestamp) as closed_at,
        cast(null as timestamp) as loaded_at
    from stage_changes
    inner join deals on stage_changes.deal_id = deals.deal_id

    union all

    -- The stage on the deal's own row, which counts where there is no history.
    select
        deal_id,
        connector,
        row_key,
        stage,
        cast(null as decimal(18, 6)) as amount,
        cast(null as varchar) as amount_delivered,
        pipeline,
        currency_code,
        amount as deal_amount,
        case when is_deleted then coalesce(loaded_at, created_at) end as deleted_at,
        false as is_history,
        created_at as changed_at,
        known_at,
        closed_at,
        -- Of what a connector tells it may be that of the deletion.
        case when loaded_at is not null then least(loaded_at, known_at) end as loaded_at
    from deals
    where stage is not null

),

-- A stage of the deal's own pipeline beats one of every pipeline.
placed as (

    select
        named.*,
        coalesce(own_stages.position, any_stages.position) as position,
        coalesce(own_stages.stage, any_stages.stage) is not null as is_stage_known,
        case
            when coalesce(own_stages.is_won, any_stages.is_won) then 'won'
            when coalesce(own_stages.is_lost, any_stages.is_lost) then 'lost'
            else 'open'
        end as status
    from named
    left join deal_stages as own_stages
        on
            named.pipeline = own_stages.pipeline
            and named.stage = own_stages.stage
    left join deal_stages as any_stages
        on
            any_stages.pipeline is null
            and named.stage = any_stages.stage

),

timed as (

    select
        *,
        case
            when is_history or status = 'open' then changed_at
            else coalesce(closed_at, changed_at)
        end as counted_at
    from placed

),

known as (

    select
        *,
        case
            when is_history then known_at
            else greatest(counted_at, loaded_at)
        end as counted_known_at
    from timed

)

select
    known.deal_id,
    known.connector,
    known.row_key,
    known.stage,
    known.status,
    known.position,
    known.amount,
    known.amount_delivered,
    known.deal_amount,
    {{ exchange_rate('known.currency_code') }},
    known.is_history,
    known.is_stage_known,
    -- A deletion is a deal's last entry: what becomes known later writes none.
    coalesce(known.counted_known_at > known.deleted_at, false) as is_after_deletion,
    known.counted_at as changed_at,
    known.counted_known_at as known_at
from known
left join exchange_rates
    on
        known.currency_code = exchange_rates.currency_code
        and cast(known.counted_at as date) = exchange_rates.rate_date
where {{ is_known('known.counted_known_at') }}
