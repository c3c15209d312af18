with

conversions as (

    select * from {{ ref('int_conversions') }}

),

of_pages as (

    select
        conversions.conversion_type,
        conversions.conversion_id,
        page_ids.click_id_type,
        page_ids.click_id,
        conversions.anchor_at
    from conversions
    inner join {{ ref('int_page_click_ids') }} as page_ids
        on
            case conversions.conversion_type when 'order' then 'order' else 'form_fill' end
            = page_ids.page_type
            and case conversions.conversion_type
                when 'order' then conversions.conversion_id
                else conversions.form_fill_id
            end = page_ids.page_id

),

carried as (

    select
        conversion_type,
        conversion_id,
        turn,
        coalesce(click_id_type, wanted_type) as click_id_type,
        wanted_id as click_id,
        anchor_at
    from {{ ref('int_click_candidates_judged') }}

    union all

    -- The click that earned it comes first; it may be one that only the visitor is known by.
    select
        conversion_type,
        conversion_id,
        0 as turn,
        click_id_type,
        click_id,
        anchor_at
    from {{ ref('int_conversion_clicks') }}
    where match_status = 'matched'

    union all

    select
        conversion_type,
        conversion_id,
        6 as turn,
        click_id_type,
        click_id,
        anchor_at
    from of_pages

)

select
    carried.conversion_type,
    carried.conversion_id,
    {{ click_id_platform('carried.click_id_type') }} as platform,
    carried.click_id_type,
    carried.click_id,
    clicks.account_id,
    carried.turn,
    clicks.clicked_at,
    carried.anchor_at
from carried
left join {{ ref('int_clicks_of_conversions') }} as clicks
    on
        carried.click_id_type = clicks.click_id_type
        and carried.click_id = clicks.click_id
where {{ click_id_platform('carried.click_id_type') }} is not null
