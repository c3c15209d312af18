with

deals as (

    select *
    from ({{ union_connectors('crm_deals') }}) as delivered
    where standing = 'in_force'

),

changes as (

    select * from {{ ref('int_deal_changes_replayed') }}

),

own_rows as (

    select *
    from {{ ref('int_deal_changes') }}
    where not is_history

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

histories as (

    select
        deal_id,
        max(first_amount) as first_amount
    from changes
    group by deal_id

),

joined as (

    select
        deals.*,
        histories.deal_id is not null as has_history,
        case
            when histories.deal_id is not null then histories.first_amount
            else deals.amount
        end as first_amount,
        own_rows.status as own_status,
        own_rows.rate_multiplier as own_rate_multiplier,
        own_rows.is_after_deletion as is_own_stage_after_deletion,
        {{ exchange_rate('deals.currency_code') }}
    from deals
    left join histories on deals.deal_id = histories.deal_id
    left join own_rows on deals.deal_id = own_rows.deal_id
    left join exchange_rates
        on
            deals.currency_code = exchange_rates.currency_code
            and cast(deals.created_at as date) = exchange_rates.rate_date

),

judged as (

    select
        *,
        case
            when coalesce(first_amount, 0) = 0 then null
            when rate_multiplier is null then 'fx_rate_missing'
            when
                not has_history
                and own_status = 'won'
                and own_rate_multiplier is null
                and not is_own_stage_after_deletion
                then 'fx_rate_missing'
            when {{ is_out_of_range('first_amount') }} then 'out_of_range'
        end as issue
    from joined

)

select
    deal_id,
    connector,
    row_key,
    issue,
    pipeline,
    customer_type,
    click_id_type,
    click_id,
    stage as stage_delivered,
    amount_delivered,
    currency_code,
    amount as amount_delivered_original,
    first_amount as first_amount_original,
    rate_multiplier,
    rate_divisor,
    gross_margin_rate,
    has_history,
    coalesce(is_deleted, false) as is_deleted,
    created_at,
    case when is_deleted then coalesce(loaded_at, created_at) end as deleted_at,
    known_at
from judged
