{# The newest day on which anything arrived, and not after its own delivery. #}
{% import 'windows.sql' as windows with context %}
select max(day)
from (
    {% for table in tables -%}
    select {{ windows.day_of(table.event) }} as day
    from told.{{ table.name }}
    {% if table.has_loaded_at -%}
    where
        coalesce({{ windows.day_of(table.event) }} <= {{ windows.day_of('loaded_at') }}, true)
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}
) as days
