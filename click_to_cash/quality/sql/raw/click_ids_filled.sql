{# As many rows as before carry a click ID, by platform or type and by page. #}
{% import 'windows.sql' as windows with context %}
with

delivered as (

    select
        {{ windows.day_of(event) }} as day,
        {{ windows.filled('click_id') }} as click_id,
        lower({{ windows.filled('click_id_type') }}) as click_id_type,
        lower(regexp_extract(
            {{ page }}, '[?&]({{ click_id_types | join("|") }})=[^&#]', 1, 'i'
        )) as url_click_id_type,
        split_part(split_part({{ page }}, '?', 1), '#', 1) as page
        {%- if table == 'ad_clicks' %},
        trim(platform) as platform
        {%- endif %}
    from {batch}

),

read as (

    select
        *,
        coalesce(
            case when click_id is not null then coalesce(click_id_type, 'untyped') end,
            nullif(url_click_id_type, '')
        ) as found_type
    from delivered

),

measured as (

    select
        '{{ table }} with any click ID' as subject,
        day,
        found_type is not null as is_hit
    from read

    union all

    {% if table == 'ad_clicks' -%}
    -- Their types follow the budgets; what counts is that each platform still has its own.
    select
        '{{ table }} of ' || platform || ' with a click ID' as subject,
        day,
        found_type is not null as is_hit
    from read
    {%- else -%}
    select
        '{{ table }} with a ' || types.click_id_type as subject,
        read.day,
        coalesce(read.found_type = types.click_id_type, false) as is_hit
    from read
    cross join (
        select unnest({{ click_id_types }}) as click_id_type
    ) as types
    {%- endif %}

    union all

    -- A page that holds an address is nobody's business here.
    select
        '{{ table }} with a click ID on ' || page as subject,
        day,
        found_type is not null as is_hit
    from read
    where page not like '%@%' and page not like '%\%40%' escape '\'

),

{{ windows.changed_shares() }}
