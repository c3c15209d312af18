{# The rows of a table as they were delivered, in the standard layout or by connectors. #}
create view told.{{ table.name }} as
select
    'standard' as connector,
    cast(null as varchar) as raw_key,
    {{ table.columns | join(', ') }}
from {{ database }}.raw.{{ table.name }}
{% for model, has_raw_key in models %}
union all
select
    connector,
    {{ 'raw_key' if has_raw_key else 'null' }},
    {% for column in table.columns -%}
    {{ 'coalesce(loaded_at, synced_at)' if column == 'loaded_at' else column }}{{ ',' if not loop.last }}
    {% endfor -%}
from {{ database }}.staging.{{ model }}
{% endfor %}
