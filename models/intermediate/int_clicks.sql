{{ config(materialized='view') }}

with

delivered as (

    {{ union_connectors('ad_clicks') }}

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

completed as (

    {{ completed_clicks('delivered', 'accounts', 'campaigns') }}

),

clicks as (

    {{ clicks_without_identity('completed', 'erased_ids') }}

)

select * from clicks
