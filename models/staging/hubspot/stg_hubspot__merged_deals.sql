with

deals as (

    select distinct id_prefix || deal_id as deal_id
    from {{ source('hubspot', 'deal') }}

),

pairs as (

    select
        id_prefix || merged_deal_id as merged_id,
        id_prefix || deal_id as surviving_id
    from {{ source('hubspot', 'merged_deal') }}

),

survivors as (

    {{ survivors('pairs') }}

)

-- One whose survivor was not delivered stands for itself.
select
    survivors.merged_id as deal_id,
    survivors.surviving_id
from survivors
inner join deals on survivors.surviving_id = deals.deal_id
