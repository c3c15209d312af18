{# Days after the click's day until a share of the final value is visible, in the row of the
   age at which it is for the first time, and later ones; null before. #}
{% macro days_to_share(share) -%}
    case
        when visible_share >= {{ share }} and coalesce(share_before, 0) < {{ share }}
            then ceil(
                coalesce(age_before, 0)
                + (age_days - coalesce(age_before, 0))
                * ({{ share }} - coalesce(share_before, 0))
                / (visible_share - coalesce(share_before, 0))
            )
    end
{%- endmacro %}
