with

history as (

    select * from {{ ref('stg_history__observations') }}

),

present as (

    select * from {{ ref('int_observation') }}

)

select history.observed_at as reported_at
from history
inner join present on history.observed_at <= present.observed_at
