with

ledger as (

    select
        count(*) as ledger_entry_count,
        max(known_at) as newest_known_at
    from {{ ref('value_ledger') }}

)

select
    '{{ setting('reporting_currency') }}' as reporting_currency,
    '{{ setting('connectors') }}' as connectors,
    '{{ code_version() }}' as code_version,
    cast({{ setting('click_window_days') }} as integer) as click_window_days,
    cast({{ setting('deal_form_fill_window_days') }} as integer) as deal_form_fill_window_days,
    cast({{ setting('fx_max_age_days') }} as integer) as fx_max_age_days,
    cast({{ setting('development_min_cohorts') }} as integer) as development_min_cohort_count,
    '{{ setting('development_tail') }}' as development_tail,
    ledger.ledger_entry_count,
    cast({{ as_of_timestamp() if setting('as_of') else 'null' }} as timestamp) as as_of,
    ledger.newest_known_at,
    observation.observed_at
from ledger
cross join {{ ref('int_observation') }} as observation
