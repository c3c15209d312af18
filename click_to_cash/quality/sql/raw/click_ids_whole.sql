{# Click IDs keep their capitals and their end on the way to the table. #}
{% import 'windows.sql' as windows with context %}
with

delivered as (

    select
        {{ windows.day_of(event) }} as day,
        coalesce(
            {{ windows.filled('click_id') }},
            nullif(regexp_extract({{ page }}, '[?&](gclid|fbclid)=([^&#]+)', 2, 'i'), '')
        ) as click_id,
        coalesce(
            lower({{ windows.filled('click_id_type') }}),
            lower(nullif(
                regexp_extract({{ page }}, '[?&](gclid|fbclid)=([^&#]+)', 1, 'i'), ''
            ))
        ) as click_id_type
    from {batch}

),

known as (

    select distinct
        trim(click_id) as click_id,
        left(trim(click_id), {{ prefix_length }}) as beginning
    from told.ad_clicks
    where length(trim(click_id)) > {{ prefix_length }}

),

-- Rows of which the beginning of a known click is all that is left.
cut as (

    select distinct delivered.click_id
    from delivered
    inner join known on left(delivered.click_id, {{ prefix_length }}) = known.beginning
    where
        delivered.click_id <> known.click_id
        and starts_with(known.click_id, delivered.click_id)

),

measured as (

    select
        '{{ table }} with a ' || click_id_type || ' in lower case' as subject,
        day,
        click_id = lower(click_id) as is_hit
    from delivered
    where click_id_type in ('gclid', 'fbclid') and click_id is not null

    union all

    select
        '{{ table }} with a click ID encoded twice' as subject,
        day,
        click_id like '%\%25%' escape '\' as is_hit
    from delivered
    where click_id is not null
    {% if table != 'ad_clicks' %}
    union all

    select
        '{{ table }} with a click ID cut off' as subject,
        delivered.day,
        cut.click_id is not null as is_hit
    from delivered
    left join cut on delivered.click_id = cut.click_id
    where delivered.click_id is not null
    {% endif %}
),

{{ windows.changed_shares() }}
