select *
from {{ source('exported', 'export_log') }}
where {{ is_known('logged_at') }}
