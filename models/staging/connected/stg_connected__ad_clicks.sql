{{ config(enabled=connectors_of('ad_clicks') | length > 0) }}

{%- set names = layout_columns('ad_clicks') | map(attribute='name') | list -%}

with

told as (

    {{ union_told('ad_clicks') }}

),

rows_read as (

    select * from {{ ref('stg_standard__ad_clicks_read') }}

),

delivered as (

    select
        connector,
        is_day_only,
        {{ delivered_columns('ad_clicks', native=false) }}
    from told

),

typed as (

    select
        connector,
        is_day_only,
        {{ typed_columns('ad_clicks', with_text=false, native=false) }},
        {{ delivered_click_columns() }}
    from delivered

),

judged as (

    {{ judged_clicks('typed') }}

),

known as (

    select
        *,
        {{ hash_of(['click_id_type', 'click_id']) }} as row_key_hash,
        case when first_issue is null then 'in_force' else 'rejected' end as standing
    from judged
    where {{ is_known('known_at') }}

),

ranked as (

    -- One click may come from its platform, which tells the day, and from the site, which
    -- tells the moment: the moment within that day goes before.
    select
        *,
        row_number() over (
            partition by standing, click_id_type, click_id
            order by
                case when is_day_only then {{ plus_days('clicked_at', 1) }} else clicked_at end,
                campaign_id nulls last,
                connector,
                {{ click_text(names, 'chr(1114111)') }}
        ) as click_rank
    from known

),

-- One and the same connector tells a click once, by its earliest row, as rule 8 has it.
told_once as (

    select
        *,
        row_number() over (
            partition by standing, click_id_type, click_id, connector
            order by click_rank
        ) as connector_rank
    from ranked

),

-- What the click in force leaves blank another connector may tell.
filled as (

    select
        * replace (
            {% for name in [
                'account_id', 'campaign_id', 'ad_group_id', 'ad_id', 'keyword', 'product_id',
                'landing_page_url', 'visitor_id', 'device', 'country_code',
            ] -%}
                coalesce(
                    {{ name }},
                    first_value(
                        case when connector_rank = 1 then {{ name }} end ignore nulls
                    ) over (
                        partition by standing, click_id_type, click_id
                        order by click_rank
                        rows between unbounded preceding and unbounded following
                    )
                ) as {{ name }},
            {% endfor -%}
            case
                when
                    standing = 'in_force'
                    and (
                        click_rank > 1
                        or row_key_hash in (
                            select rows_read.row_key_hash
                            from rows_read
                            where not rows_read.is_rejected
                        )
                    )
                    then 'superseded'
                else standing
            end as standing
        ),
        case
            when first_issue is not null then {{ click_text(names, "''") }}
        end as delivered_text
    from told_once

)

select
    {{ staged_columns('ad_clicks', connector='connector') }},
    not coalesce({{ is_listed_value('ad_clicks', 'click_id_type') }}, true) as has_unknown_type,
    coalesce(strpos(visitor_id, '@') > 0, false) as has_address,
    case when standing <> 'rejected' then row_key_hash end as row_key_hash,
    cast(null as varchar) as delivered_part
from filled
