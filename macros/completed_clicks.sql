{#
    Rows of ad_clicks in force as the clicks that they are: the account completed from the
    platform's only one with the campaign, the date in its time zone, nothing personal. The
    arguments are the caller's CTEs, of staged rows and of models of those names.
#}
{% macro completed_clicks(rows, accounts, campaigns, erased_ids) %}
    with only_accounts as (

        {{ only_accounts(campaigns) }}

    ),

    placed as (

        select
            delivered.*,
            coalesce(delivered.account_id, only_accounts.account_id) as known_account_id,
            only_accounts.account_id is not null as is_account_completed,
            erased_ids.token as visitor_token,
            {{ without_email("split_part(split_part(delivered.landing_page_url, '?', 1), '#', 1)") }}
                as landing_page
        from {{ rows }} as delivered
        left join only_accounts
            on
                delivered.account_id is null
                and delivered.platform = only_accounts.platform
                and delivered.campaign_id = only_accounts.campaign_id
        left join {{ erased_ids }} as erased_ids
            on {{ without_identity('delivered.visitor_id') }} = erased_ids.id_value
        where delivered.standing = 'in_force'

    )

    select
        placed.click_id_type,
        placed.click_id,
        placed.platform,
        placed.known_account_id as account_id,
        placed.campaign_id,
        placed.ad_group_id,
        placed.ad_id,
        {{ without_erased('placed.keyword', erased_ids) }} as keyword,
        placed.product_id,
        -- Looked through only where an erased person clicked: it costs as much as all the rest.
        case
            when
                placed.visitor_token is null
                or not {{ has_any_part('placed.landing_page', erased_ids) }}
                then placed.landing_page
        end as landing_page_url,
        {{ without_identity('placed.visitor_id', 'placed.visitor_token') }} as visitor_id,
        placed.device,
        placed.country_code,
        placed.connector,
        coalesce(accounts.time_zone, 'UTC') as time_zone,
        placed.is_account_completed,
        {{ local_date('placed.clicked_at', "coalesce(accounts.time_zone, 'UTC')") }}
            as click_date,
        placed.clicked_at,
        placed.known_at,
        placed.settled_run
    from placed
    left join {{ accounts }} as accounts
        on
            placed.platform = accounts.platform
            and placed.known_account_id = accounts.account_id
{% endmacro %}

{# The campaigns that one account of their platform alone has, with that account. #}
{% macro only_accounts(campaigns) %}
    select
        platform,
        campaign_id,
        min(account_id) as account_id
    from {{ campaigns }}
    group by platform, campaign_id
    having count(*) = 1
{% endmacro %}
