with

last_entries as (

    select
        *,
        row_number() over (partition by deal_id order by sequence_number desc) as from_last
    from {{ ref('int_deal_entries') }}

),

deals as (

    select *
    from {{ ref('int_deals_judged') }}
    where issue is null

)

select
    deals.deal_id,
    deals.pipeline,
    deals.customer_type,
    deals.currency_code,
    last_entries.stage,
    case when deals.is_deleted then 'deleted' else last_entries.believed_status end as status,
    last_entries.believed_amount_original as amount_original,
    coalesce(last_entries.believed_status = 'won' and not deals.is_deleted, false) as is_won,
    deals.is_deleted,
    deals.has_history,
    deals.created_at,
    deals.deleted_at,
    deals.known_at
from deals
left join last_entries on deals.deal_id = last_entries.deal_id and last_entries.from_last = 1
