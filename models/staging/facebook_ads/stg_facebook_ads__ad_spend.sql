{%- set declared = [
    setting('facebook_ads_purchase_action'), setting('facebook_ads_lead_action'),
] | select | list -%}

with

ads as (

    select
        *,
        row_number() over (
            partition by id
            order by {{ time_or_null('updated_time') }} desc nulls last, campaign_id, ad_set_id
        ) as version
    from {{ source('facebook_ads', 'ad_history') }}

),

-- One action stands under several types: only those that the settings declare are counted.
actions as (

    {% for measure, table in [
        ('conversions', 'basic_ad_actions'), ('conversion_value', 'basic_ad_action_values'),
    ] -%}
        select
            '{{ measure }}' as measure,
            ad_id,
            {{ as_day('date') }} as action_date,
            action_type,
            max({{ decimal_or_null('value') }}) as action_value,
            max(case when {{ decimal_or_null('value') }} is null then value end) as unreadable
        from {{ source('facebook_ads', table) }}
        where action_type in ('{{ declared | join("', '") }}')
        group by ad_id, {{ as_day('date') }}, action_type
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

claims as (

    select
        {% for measure in ['conversions', 'conversion_value'] -%}
            coalesce(
                max(case measure when '{{ measure }}' then unreadable end),
                cast(sum(case measure when '{{ measure }}' then action_value end) as varchar)
            ) as {{ measure }},
        {% endfor -%}
        ad_id,
        action_date
    from actions
    group by ad_id, action_date

),

spend as (

    select
        *,
        -- Of several rows of an ad and day one carries what is claimed of both.
        dense_rank() over (
            partition by ad_id, {{ as_day('date') }}
            order by _fivetran_id nulls first
        ) as row_choice
    from {{ source('facebook_ads', 'basic_ad') }}

),

renamed as (

    select
        {{ raw_key_of(['spend._fivetran_id', 'spend.ad_id']) }} as raw_key,
        'meta_ads' as platform,
        spend.account_id,
        ads.campaign_id,
        ads.ad_set_id as ad_group_id,
        {{ as_day('spend.date') }} as spend_date,
        {{ as_amount('spend.spend') }} as cost,
        {{ as_amount('spend.impressions') }} as impressions,
        {{ as_amount('spend.inline_link_clicks') }} as clicks,
        case
            when {{ declared | length }} > 0
                then coalesce(claims.conversions, '0')
        end as platform_conversions,
        case
            when {{ declared | length }} > 0
                then coalesce(claims.conversion_value, '0')
        end as platform_conversion_value,
        {{ synced_at('spend._fivetran_synced') }}
    from spend
    left join ads on spend.ad_id = ads.id and ads.version = 1
    left join claims
        on
            spend.ad_id = claims.ad_id
            and {{ as_day('spend.date') }} = claims.action_date
            and spend.row_choice = 1

)

select {{ told_columns('ad_spend', 'facebook_ads') }}
from renamed
