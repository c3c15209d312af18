with

to_tell as (

    select
        judged.*,
        {{ time_with_offset('judged.event_at', "coalesce(accounts.time_zone, 'UTC')") }}
            as event_time,
        {{ time_with_offset('judged.adjusted_at', "coalesce(accounts.time_zone, 'UTC')") }}
            as adjustment_time,
        case
            when not judged.may_be_told then null
            when judged.email_rule = 'plain' then people.hashed_email_plain
            when judged.email_rule = 'gmail' then people.hashed_email_gmail
            when judged.email_rule = 'microsoft' then people.hashed_email_microsoft
        end as hashed_email,
        case
            when not judged.may_be_told then null
            when judged.phone_rule = 'e164' then people.hashed_phone_e164
            when judged.phone_rule = 'digits' then people.hashed_phone_digits
        end as hashed_phone,
        order_facts.page_url,
        order_facts.user_agent,
        order_facts.order_discount,
        order_facts.has_whole_cart,
        order_facts.is_new_customer
    from {{ ref('int_transactions_judged') }} as judged
    left join {{ ref('int_accounts') }} as accounts
        on
            judged.platform = accounts.platform
            and coalesce(judged.click_account_id, judged.account_id) = accounts.account_id
    left join {{ ref('int_user_identifiers') }} as people
        on
            judged.conversion_type = people.conversion_type
            and judged.conversion_id = people.conversion_id
    left join {{ ref('int_order_facts') }} as order_facts
        on
            judged.conversion_type = 'order'
            and judged.conversion_id = order_facts.order_id

)

select
    destination,
    {{ event_id() }} as event_id,
    status,
    reason,
    kind,
    conversion_name,
    conversion_type,
    conversion_id,
    transaction_id,
    account_id,
    platform_action_id,
    '{{ setting('reporting_currency') }}' as currency_code,
    click_id_type,
    click_id,
    hashed_email,
    hashed_phone,
    consent_ad_user_data,
    consent_ad_personalization,
    page_url,
    user_agent,
    event_time,
    adjustment_time,
    cast(null as varchar) as batch_id,
    cast(value as decimal(18, 2)) as value,
    cast(order_discount as decimal(18, 2)) as order_discount,
    coalesce(has_whole_cart, false) as has_cart,
    is_new_customer,
    event_at,
    clicked_at,
    adjusted_at,
    known_at,
    earliest_send_at,
    latest_send_at,
    cast(null as timestamp) as told_at
from to_tell

union all

select
    destination,
    {{ event_id() }} as event_id,
    status,
    reason,
    kind,
    conversion_name,
    conversion_type,
    conversion_id,
    transaction_id,
    account_id,
    platform_action_id,
    currency_code,
    click_id_type,
    click_id,
    null as hashed_email,
    null as hashed_phone,
    null as consent_ad_user_data,
    null as consent_ad_personalization,
    null as page_url,
    null as user_agent,
    {{ time_with_offset('event_at', "'UTC'") }} as event_time,
    null as adjustment_time,
    batch_id,
    value,
    null as order_discount,
    false as has_cart,
    null as is_new_customer,
    event_at,
    null as clicked_at,
    null as adjusted_at,
    known_at,
    null as earliest_send_at,
    null as latest_send_at,
    told_at
from {{ ref('int_transactions_past') }}
