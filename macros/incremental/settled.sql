{#
    How a growing table tells which row of a key is in force without sorting all of them:
    only keys that come more than once are ranked. In an incremental run those are the keys
    of all new rows, against which the row in force until now competes again; whatever lost
    before cannot win any more, for an order of rows has one first.

    A unit test can only override `is_incremental` in the model, which therefore hands it on.
    `rows` is the caller's CTE of new rows, with standing in_force or rejected, and
    row_key_hash; rows of one key have one hash, and it does not matter if others share it.
    The result is all of them and those rivals, with the run that settled them last.
#}
{% macro settled(table, rows, is_incremental) %}
    with repeated as (

        select row_key_hash
        from {{ rows }}
        group by row_key_hash
        {{ 'having count(*) > 1' if not is_incremental }}

    ),

    rivals as (

        select *
        from {{ rows }}
        where row_key_hash in (select repeated.row_key_hash from repeated)
        {% if is_incremental %}
            union all
            select * exclude (settled_run)
            from {{ this }}
            where
                standing = 'in_force'
                and row_key_hash in (select repeated.row_key_hash from repeated)
        {% endif %}

    )

    select
        *,
        {{ run_number() }} as settled_run
    from {{ rows }}
    where row_key_hash not in (select repeated.row_key_hash from repeated)

    union all

    select
        * replace ({{ standing(table, fault='own_issue') }} as standing),
        {{ run_number() }} as settled_run
    from rivals
{% endmacro %}

{# What a growing table has beside what every staging model ends with: the text that breaks
   ties, a number for its key, the file (connectors have none). #}
{% macro growing_columns(table, connector="'standard'", part='delivered_part') %}
    {{ staged_columns(table, connector) }},
    {{ joined_text('delivered_text') }} as delivered_text,
    {{ hash_of(layout_key(table)) }} as row_key_hash,
    {{ part }} as delivered_part
{% endmacro %}

{# An array of texts as one text that compares as the array does, and is stored in half the
   time. (Values that hold chr(1) themselves may tie.) #}
{% macro joined_text(texts) %}{{ adapter.dispatch('joined_text')(texts) }}{% endmacro %}

{% macro duckdb__joined_text(texts) -%}
    array_to_string({{ texts }}, chr(1))
{%- endmacro %}

{# A number for some columns, the same for equal values; different ones may share it. #}
{% macro hash_of(columns) %}{{ adapter.dispatch('hash_of')(columns) }}{% endmacro %}

{% macro duckdb__hash_of(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
