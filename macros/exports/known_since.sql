{# When what is to be told became known: the beginning of a conversion that was never told,
   else the last change; a difference without an entry of its own is known when it is judged.
   For int_transactions_pending, which needs it twice. #}
{% macro known_since(compared) -%}
    case
        when {{ compared }}.kind = 'conversion' and (
            {{ compared }}.transaction_count = 0
            or {{ compared }}.beginning_known_at > {{ compared }}.told_known_at
        )
            then {{ compared }}.beginning_known_at
        when {{ compared }}.change_known_at > {{ compared }}.told_known_at
            then {{ compared }}.change_known_at
        else judgement.judged_at
    end
{%- endmacro %}
