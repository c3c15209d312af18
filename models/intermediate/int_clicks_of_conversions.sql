{{ config(materialized='view') }}

{{ completed_clicks(ref('int_clicks_found')) }}
