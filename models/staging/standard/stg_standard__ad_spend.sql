{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='row_key_hash',
    incremental_predicates=["standing = 'in_force'"]
) }}

{{ restated_rows(
    'ad_spend',
    known_at='greatest(cast(spend_date as timestamp), loaded_at)',
    is_incremental=is_incremental()
) }}
