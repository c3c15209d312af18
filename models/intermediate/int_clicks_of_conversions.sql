{{ config(materialized='view') }}

with

delivered as (

    select * from {{ ref('int_clicks_found') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

campaigns as (

    select * from {{ ref('int_campaigns') }}

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

clicks as (

    {{ completed_clicks('delivered', 'accounts', 'campaigns', 'erased_ids') }}

)

select *
from clicks
