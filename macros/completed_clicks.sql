{#
    Rows of ad_clicks in force as the clicks that they are: the account completed from the
    platform's only one with the campaign, the date in its time zone, nothing personal.
    `rows` is a relation or a subquery of staged rows, or of some of them.
#}
{% macro completed_clicks(rows) %}
with

delivered as (

    select *
    from {{ rows }} as delivered
    where standing = 'in_force'

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

erased_ids as (

    select * from {{ ref('int_erased_ids') }}

),

only_accounts as (

    select
        platform,
        campaign_id,
        min(account_id) as account_id
    from {{ ref('int_campaigns') }}
    group by platform, campaign_id
    having count(*) = 1

),

placed as (

    select
        delivered.*,
        coalesce(delivered.account_id, only_accounts.account_id) as known_account_id,
        only_accounts.account_id is not null as is_account_completed,
        erased_ids.token as visitor_token,
        {{ without_email("split_part(split_part(delivered.landing_page_url, '?', 1), '#', 1)") }}
            as landing_page
    from delivered
    left join only_accounts
        on
            delivered.account_id is null
            and delivered.platform = only_accounts.platform
            and delivered.campaign_id = only_accounts.campaign_id
    left join erased_ids
        on {{ without_identity('delivered.visitor_id') }} = erased_ids.id_value

)

select
    placed.click_id_type,
    placed.click_id,
    placed.platform,
    placed.known_account_id as account_id,
    placed.is_account_completed,
    placed.campaign_id,
    placed.ad_group_id,
    placed.ad_id,
    {{ without_erased('placed.keyword', 'erased_ids') }} as keyword,
    placed.product_id,
    -- Looked through only where an erased person clicked: it costs as much as all the rest.
    case
        when
            placed.visitor_token is null
            or not {{ has_any_part('placed.landing_page', 'erased_ids') }}
            then placed.landing_page
    end as landing_page_url,
    {{ without_identity('placed.visitor_id', 'placed.visitor_token') }} as visitor_id,
    placed.device,
    placed.country_code,
    placed.connector,
    coalesce(accounts.time_zone, 'UTC') as time_zone,
    {{ local_date('placed.clicked_at', "coalesce(accounts.time_zone, 'UTC')") }} as click_date,
    placed.clicked_at,
    placed.known_at,
    placed.settled_run
from placed
left join accounts
    on
        placed.platform = accounts.platform
        and placed.known_account_id = accounts.account_id
{% endmacro %}
