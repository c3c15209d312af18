{# The keys of ad_clicks whose rows are kept in full: they came in more rows than one, or are
   odd. `rows` is the relation of all rows read; with `is_new`, a condition on them, only keys
   of new ones. Different keys may share a hash, which only keeps more rows. #}
{% macro kept_keys(rows, is_new=none) %}
    select row_key_hash
    from {{ rows }}
    where
        not is_rejected
        {{ 'and row_key_hash in (select row_key_hash from ' ~ rows ~ ' where ' ~ is_new ~ ')'
            if is_new }}
    group by row_key_hash
    having count(*) > 1 or sum(case when is_odd then 1 else 0 end) > 0
{% endmacro %}
