select
    coalesce(
        cast(nullif('{{ setting('export_at') }}', '') as timestamp),
        observed_at
    ) as judged_at
from {{ ref('int_observation') }}
