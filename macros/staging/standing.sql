{#
    What a delivered row counts for: rejected for a fault of its own, in_force, or superseded
    by another readable row of its key. The latest loaded_at wins, blank is oldest; ties go
    to the greatest delivered text, so that a rebuild never changes an answer.
#}
{% macro standing(table) %}
    case
        when first_issue is not null then 'rejected'
        when
            row_number() over (
                partition by
                    first_issue is null
                    {%- for key in layout_key(table) %},
                    {{ key }}
                    {%- endfor %}
                order by
                    {%- if 'loaded_at' in layout_columns(table) | map(attribute='name') %}
                    loaded_at desc nulls last,
                    {%- endif %}
                    delivered_text desc
            ) = 1 then 'in_force'
        else 'superseded'
    end
{% endmacro %}
