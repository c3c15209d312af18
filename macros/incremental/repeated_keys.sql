{#
    How a growing table tells which row of a key is in force without sorting all of them:
    only keys that come more than once are ranked. In an incremental run those are the keys
    of all new rows, against which the row in force until now competes again; whatever lost
    before cannot win any more, for an order of rows has one first.

    A unit test can only override `is_incremental` in the model, which therefore hands it on.
    `rows` is the caller's CTE of new rows, with standing in_force or rejected, and
    row_key_hash; rows of one key have one hash, and it does not matter if others share it.
    CTE `repeated` holds the hashes, `ranked` the rivals with their final standing.
#}
{% macro repeated_keys(rows, is_incremental) %}
    select row_key_hash
    from {{ rows }}
    group by row_key_hash
    {{ 'having count(*) > 1' if not is_incremental }}
{% endmacro %}

{% macro rivals(rows, is_incremental) %}
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
{% endmacro %}

{# All rows with the run that settled them last. #}
{% macro settled(rows, ranked) %}
    select
        *,
        {{ run_number() }} as settled_run
    from {{ rows }}
    where row_key_hash not in (select repeated.row_key_hash from repeated)

    union all

    select
        *,
        {{ run_number() }} as settled_run
    from {{ ranked }}
{% endmacro %}

{# A number for some columns, the same for equal values; different ones may share it. #}
{% macro hash_of(columns) %}{{ adapter.dispatch('hash_of')(columns) }}{% endmacro %}

{% macro duckdb__hash_of(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
