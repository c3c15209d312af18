select observed_at
from {{ source('history', 'int_observation') }}
where {{ is_known('as_of') }}
