-- Law 4. Unseen, a second credit row per conversion would double its entries.

with

before_credit as (

    select
        conversion_type,
        conversion_id,
        event_type,
        count(*) as entry_count,
        sum(revenue) as revenue,
        sum(profit) as profit,
        sum(pipeline) as pipeline
    from {{ ref('int_value_ledger') }}
    group by conversion_type, conversion_id, event_type

),

after_credit as (

    select
        conversion_type,
        conversion_id,
        event_type,
        count(*) as entry_count,
        sum(revenue) as revenue,
        sum(profit) as profit,
        sum(pipeline) as pipeline
    from {{ ref('value_ledger') }}
    where match_status is not null
    group by conversion_type, conversion_id, event_type

)

select * from before_credit
except
select * from after_credit
