with

entries as (

    select *
    from {{ ref('int_value_ledger') }}
    where conversion_type <> 'form_fill'

),

credit as (

    select * from {{ ref('int_conversion_clicks') }}

)

select
    entries.entry_id,
    entries.business_line,
    entries.event_type,
    credit.match_status,
    {{ reported_id('platform') }} as platform,
    entries.revenue,
    entries.profit,
    credit.is_cross_line,
    cast(
        {{ dbt.date_trunc('month', 'coalesce(credit.click_date, credit.anchor_at)') }} as date
    ) as month_start_date,
    entries.known_at
from entries
-- One row per conversion on the right; a left join, so that no entry can be lost.
left join credit
    on
        entries.conversion_type = credit.conversion_type
        and entries.conversion_id = credit.conversion_id
