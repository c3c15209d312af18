{# One row per connector and campaign with spend: whether it is listed, and its line. #}
with

spend as (

    select
        connector,
        platform,
        account_id,
        campaign_id,
        sum(cost) as cost,
        sum(delivered_row_count) as spend_row_count
    from staged.ad_spend
    where standing = 'in_force'
    group by connector, platform, account_id, campaign_id
    having sum(abs(cost)) > 0

),

-- As in int_campaigns: connectors fill what the standard layout leaves blank.
listed as (

    select
        platform,
        account_id,
        campaign_id,
        {% for column in ['campaign_name', 'business_model', 'ecommerce_spend_share'] -%}
            coalesce(
                max({{ column }}) filter (connector = 'standard'),
                max({{ column }}) filter (connector <> 'standard')
            ) as {{ column }},
        {% endfor -%}
        true as is_listed
    from staged.campaigns
    where standing = 'in_force'
    group by platform, account_id, campaign_id

),

judged as (

    select
        spend.*,
        listed.campaign_name,
        listed.business_model,
        case
            when listed.is_listed is null then 'unlisted'
            when listed.business_model is null then case
                when not exists (
                    select 1
                    from reference.campaign_name_patterns as patterns
                    where contains(lower(listed.campaign_name), patterns.pattern)
                ) then 'undecided'
            end
            when listed.business_model not in ('ecommerce', 'lead_gen', 'mixed')
                then 'undecided'
            when
                listed.business_model = 'mixed' and listed.ecommerce_spend_share is null
                then 'share_missing'
        end as issue
    from spend
    left join listed
        on
            spend.platform = listed.platform
            and spend.account_id = listed.account_id
            and spend.campaign_id = listed.campaign_id

)

select
    judged.connector,
    judged.platform,
    judged.account_id,
    judged.campaign_id,
    shown(judged.campaign_name) as campaign_name,
    shown(judged.business_model) as business_model,
    judged.issue,
    accounts.currency_code,
    cast(judged.cost as decimal(18, 2)) as cost,
    cast(judged.spend_row_count as bigint) as spend_row_count
from judged
left join doctor.accounts
    on
        judged.connector = accounts.connector
        and judged.platform = accounts.platform
        and judged.account_id = accounts.account_id
order by judged.issue is null, judged.cost desc, judged.connector, judged.campaign_id
