{#
    Rows of ad_clicks in force with the account completed from the platform's only one with
    the campaign, and the date in its time zone. The arguments are the caller's CTEs, of
    staged rows and of models of those names.
#}
{% macro completed_clicks(rows, accounts, campaigns) %}
    with only_accounts as (

        {{ only_accounts(campaigns) }}

    ),

    completed as (

        select
            delivered.* replace (
                coalesce(delivered.account_id, only_accounts.account_id) as account_id
            ),
            only_accounts.account_id is not null as is_account_completed
        from {{ rows }} as delivered
        left join only_accounts
            on
                delivered.account_id is null
                and delivered.platform = only_accounts.platform
                and delivered.campaign_id = only_accounts.campaign_id
        where delivered.standing = 'in_force'

    )

    select
        completed.*,
        coalesce(accounts.time_zone, 'UTC') as time_zone,
        {{ local_date('completed.clicked_at', "coalesce(accounts.time_zone, 'UTC')") }}
            as click_date
    from completed
    left join {{ accounts }} as accounts
        on
            completed.platform = accounts.platform
            and completed.account_id = accounts.account_id
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
