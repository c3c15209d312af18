with

order_entries as (

    select * from {{ ref('int_order_entries') }}

),

form_fills as (

    select * from {{ ref('int_form_fills') }}

),

deal_entries as (

    select * from {{ ref('int_deal_entries') }}

),

entries as (

    select
        entry_id,
        'ecommerce' as business_line,
        'order' as conversion_type,
        order_id as conversion_id,
        event_type,
        order_line_id,
        cast(null as varchar) as stage,
        revenue,
        profit,
        0 as pipeline,
        occurred_at,
        known_at
    from order_entries

    union all

    select
        connector || '/form_fills/' || row_key || '/form_filled' as entry_id,
        'lead_gen' as business_line,
        'form_fill' as conversion_type,
        form_fill_id as conversion_id,
        'form_filled' as event_type,
        cast(null as varchar) as order_line_id,
        cast(null as varchar) as stage,
        0 as revenue,
        0 as profit,
        0 as pipeline,
        submitted_at as occurred_at,
        known_at
    from form_fills

    union all

    select
        entry_id,
        'lead_gen' as business_line,
        'deal' as conversion_type,
        deal_id as conversion_id,
        event_type,
        cast(null as varchar) as order_line_id,
        stage,
        revenue,
        profit,
        pipeline,
        occurred_at,
        known_at
    from deal_entries

)

select
    entry_id,
    business_line,
    conversion_type,
    conversion_id,
    event_type,
    order_line_id,
    stage,
    cast(revenue as decimal(18, 2)) as revenue,
    cast(profit as decimal(18, 2)) as profit,
    cast(pipeline as decimal(18, 2)) as pipeline,
    occurred_at,
    known_at
from entries
