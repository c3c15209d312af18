{#
    What a delivered row counts for: rejected for a fault of its own, in_force, or superseded
    by another readable row of its key. The latest loaded_at wins, blank is oldest; ties go
    to the greatest delivered text, so that a rebuild never changes an answer. `fault` is the
    column that tells a fault, of rows staged before another one; `within` names columns that
    tell rows apart beside the key; `newest` the time to go by in the place of loaded_at.
#}
{% macro standing(table, fault='first_issue', within=[], newest='loaded_at') %}
    case
        when {{ fault }} is not null then 'rejected'
        when
            row_number() over (
                partition by
                    {{ fault }} is null
                    {%- for key in within + layout_key(table) %},
                    {{ key }}
                    {%- endfor %}
                order by
                    {%- if 'loaded_at' in layout_columns(table) | map(attribute='name') %}
                    {{ newest }} desc nulls last,
                    {%- endif %}
                    delivered_text desc
            ) = 1 then 'in_force'
        else 'superseded'
    end
{% endmacro %}
