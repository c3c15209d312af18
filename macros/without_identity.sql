{# An ID for the waist and right of it: one that is an e-mail address is replaced by its
   hash, the same everywhere, so that rows still join on it. With `token`, which is null but
   for IDs of int_erased_ids, that one stands for it. #}
{% macro without_identity(id, token=none) -%}
    {%- set shown = 'case when strpos(' ~ id ~ ", '@') > 0 then " ~ hashed('md5', id)
        ~ ' else ' ~ id ~ ' end' -%}
    {{ 'coalesce(' ~ token ~ ', ' ~ shown ~ ')' if token else shown }}
{%- endmacro %}
