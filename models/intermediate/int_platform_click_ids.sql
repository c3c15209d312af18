with

-- Of several IDs of a type one counts: that of a click that could have earned the conversion,
-- else one whose click is unknown to us, which the platform may know.
ranked as (

    select
        *,
        row_number() over (
            partition by conversion_type, conversion_id, platform, click_id_type
            order by
                case
                    when clicked_at is null then 1
                    when clicked_at > anchor_at then 3
                    when
                        anchor_at
                        > {{ plus_days('clicked_at', setting('click_window_days')) }}
                        then 2
                    else 0
                end,
                turn,
                click_id
        ) as choice
    from {{ ref('int_click_ids_carried') }}

),

chosen as (

    select
        *,
        click_id_type in ('gbraid', 'wbraid') as is_braid,
        coalesce(clicked_at > anchor_at, false) as is_after_anchor
    from ranked
    where choice = 1

)

select
    conversion_type,
    conversion_id,
    platform,
    max(case when not is_braid then click_id_type end) as click_id_type,
    max(case when not is_braid then click_id end) as click_id,
    max(case when click_id_type = 'gbraid' and not is_after_anchor then click_id end) as gbraid,
    max(case when click_id_type = 'wbraid' and not is_after_anchor then click_id end) as wbraid,
    max(case when not is_braid then account_id end) as click_account_id,
    max(case when not is_braid then clicked_at end) as clicked_at
from chosen
group by conversion_type, conversion_id, platform
