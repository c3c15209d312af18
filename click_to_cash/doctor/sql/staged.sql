{# The rows of each table of the layout from every connector, as staged.<table>. #}
create schema staged;
create schema doctor;

-- A name is no place for an address, but exports slip by a column.
create macro shown(name) as
    case when contains(replace(name, '%40', '@'), '@') then 'an address' else left(name, 40) end;

{% for table, models in staged.items() %}
create view staged.{{ table }} as
{%- for model in models %}
    select
        *
        {%- if table not in ('ad_spend', 'product_spend') %},
        1 as delivered_row_count
        {%- endif %}
    from staging.{{ model }}
    {{- '\n    union all by name' if not loop.last }}
{%- endfor %};
{% endfor %}
