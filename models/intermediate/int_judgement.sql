select
    {% if setting('export_at') -%}
        cast('{{ setting('export_at') }}' as timestamp) as judged_at
    {%- else -%}
        observed_at as judged_at
    {%- endif %}
from {{ ref('int_observation') }}
