{{ config(materialized='view') }}

{%- set sources = {
    'own_click_id': 'click_id',
    'own_url': 'url_click_id',
    'form_click_id': 'form_click_id',
    'form_url': 'form_url_click_id',
} -%}

with

conversions as (

    select * from {{ ref('int_conversions') }}

),

clicks as (

    select * from {{ ref('int_clicks_of_conversions') }}

),

candidates as (

    {% for match_source, column in sources.items() -%}
        select
            conversion_type,
            conversion_id,
            anchor_at,
            {{ loop.index }} as turn,
            '{{ match_source }}' as match_source,
            {{ column }}_type as wanted_type,
            {{ column }} as wanted_id
        from conversions
        where {{ column }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- An ID without a type may be known under several types: the first counts, valid or not.
looked_up as (

    select
        candidates.*,
        clicks.click_id_type,
        clicks.click_id,
        clicks.clicked_at,
        row_number() over (
            partition by
                candidates.conversion_type, candidates.conversion_id, candidates.turn
            order by {{ click_id_rank('clicks.click_id_type') }}, clicks.click_id_type
        ) as choice
    from candidates
    left join clicks
        on
            candidates.wanted_id = clicks.click_id
            and (
                candidates.wanted_type = clicks.click_id_type
                or (
                    candidates.wanted_type is null
                    and {{ click_id_rank('clicks.click_id_type') }} < 99
                )
            )

),

judged as (

    select
        *,
        case
            when click_id is null and wanted_type in ('gbraid', 'wbraid')
                then 'aggregate_click_id'
            when click_id is null then 'click_not_found'
            when clicked_at > anchor_at then 'click_after_conversion'
            when anchor_at > {{ plus_days('clicked_at', setting('click_window_days')) }}
                then 'click_outside_window'
        end as match_reason
    from looked_up
    where choice = 1

)

select
    conversion_type,
    conversion_id,
    turn,
    match_source,
    wanted_type,
    wanted_id,
    click_id_type,
    click_id,
    match_reason,
    clicked_at,
    anchor_at
from judged
