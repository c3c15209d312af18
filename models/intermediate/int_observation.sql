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
        {% if setting('as_of') -%}
        max(cast({{ as_of_timestamp() }} as timestamp)) as observed_at
        {%- else -%}
        max(known_at) as observed_at
        {%- endif %}
    from known

)

select
    observed_at,
    cast(observed_at as date) as observed_date
from newest
