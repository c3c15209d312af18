{%- set seen_until = 'known_at' -%}
{%- if setting('as_of') -%}
    {%- set seen_until = 'cast(' ~ as_of_timestamp() ~ ' as timestamp)' -%}
{%- endif -%}
with

known as (

    select max(known_at) as known_at
    from {{ ref('int_value_ledger') }}
    union all
    select max(known_at) as known_at
    from {{ ref('int_clicks') }}
    union all
    select max(known_at) as known_at
    from {{ ref('int_spend') }}

),

newest as (

    select
        max({{ seen_until }}) as observed_at
    from known

)

select
    observed_at,
    cast(observed_at as date) as observed_date
from newest
