with

to_tell as (

    select
        judged.*,
        accounts.time_zone,
        order_facts.page_url,
        order_facts.user_agent,
        order_facts.order_discount,
        order_facts.is_new_customer
    from {{ ref('int_transactions_judged') }} as judged
    inner join {{ ref('export_destinations') }} as destinations
        on judged.destination = destinations.destination
    left join {{ ref('int_accounts') }} as accounts
        on
            destinations.platform = accounts.platform
            and coalesce(judged.click_account_id, judged.account_id) = accounts.account_id
    left join {{ ref('int_order_facts') }} as order_facts
        on
            judged.conversion_type = 'order'
            and judged.conversion_id = order_facts.order_id

),

events as (

    select
        destination,
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
        gbraid,
        wbraid,
        hashed_email,
        hashed_phone,
        consent_ad_user_data,
        consent_ad_personalization,
        page_url,
        user_agent,
        coalesce(time_zone, 'UTC') as time_zone,
        cast(null as varchar) as batch_id,
        value,
        order_discount,
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
        cast(null as varchar) as gbraid,
        cast(null as varchar) as wbraid,
        cast(null as varchar) as hashed_email,
        cast(null as varchar) as hashed_phone,
        cast(null as varchar) as consent_ad_user_data,
        cast(null as varchar) as consent_ad_personalization,
        cast(null as varchar) as page_url,
        cast(null as varchar) as user_agent,
        'UTC' as time_zone,
        batch_id,
        value,
        cast(null as decimal(18, 2)) as order_discount,
        cast(null as boolean) as is_new_customer,
        event_at,
        cast(null as timestamp) as clicked_at,
        cast(null as timestamp) as adjusted_at,
        known_at,
        cast(null as timestamp) as earliest_send_at,
        cast(null as timestamp) as latest_send_at,
        told_at
    from {{ ref('int_transactions_past') }}

)

select
    destination,
    conversion_name || '/' || transaction_id || '/' || kind || '/' || known_at as event_id,
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
    gbraid,
    wbraid,
    hashed_email,
    hashed_phone,
    consent_ad_user_data,
    consent_ad_personalization,
    page_url,
    user_agent,
    {{ time_with_offset('event_at', 'time_zone') }} as event_time,
    {{ time_with_offset('adjusted_at', 'time_zone') }} as adjustment_time,
    batch_id,
    cast(value as decimal(18, 2)) as value,
    cast(order_discount as decimal(18, 2)) as order_discount,
    is_new_customer,
    event_at,
    clicked_at,
    adjusted_at,
    known_at,
    earliest_send_at,
    latest_send_at,
    told_at
from events
