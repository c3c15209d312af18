-- Law 1, the other end. Unseen, a filter in staging would lose rows before they are counted.
-- A build as of a past day reads fewer rows than lie in the files, never more.

{%- for table_name in layout_tables() %}
    select
        accounts.table_name,
        accounts.delivered_row_count,
        count(*) as raw_row_count
    from {{ ref('raw_row_accounts') }} as accounts
    inner join {{ source('raw', table_name) }} as delivered on accounts.table_name = '{{ table_name }}'
    group by accounts.table_name, accounts.delivered_row_count
    having
        count(*) < accounts.delivered_row_count
        {%- if not setting('as_of') %}
            or count(*) > accounts.delivered_row_count
        {%- endif %}
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
