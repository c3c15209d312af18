with

logged as (

    select *
    from {{ ref('int_exports_logged') }}
    where outcome in ('unanswered', 'accept')

),

judged as (

    select * from {{ ref('int_transactions_judged') }}

),

told_moments as (

    select distinct
        destination,
        conversion_name,
        conversion_type,
        conversion_id,
        known_at
    from logged

),

-- Changes that no event of their own was sent for: a later one told them too, or nothing did.
changes as (

    select
        moments.*,
        judged.known_at as pending_known_at,
        judged.status = 'rejected'
        and (judged.kind = 'conversion' or moments.known_at > told.known_at) as is_untellable,
        row_number() over (
            partition by
                moments.destination,
                moments.conversion_name,
                moments.conversion_type,
                moments.conversion_id
            order by moments.known_at
        ) as turn
    from {{ ref('int_transaction_moments') }} as moments
    left join judged on {{ same_conversion('moments', 'judged') }} and judged.is_current
    left join {{ ref('int_transactions_told') }} as told
        on {{ same_conversion('moments', 'told') }} and told.is_last
    where moments.is_change

),

untold as (

    select changes.*
    from changes
    left join told_moments
        on
            {{ same_conversion('changes', 'told_moments') }}
            and changes.known_at = told_moments.known_at
    where
        told_moments.known_at is null
        and changes.known_at is distinct from changes.pending_known_at

),

past as (

    select
        destination,
        'sent' as status,
        cast(null as varchar) as reason,
        kind,
        conversion_name,
        conversion_type,
        conversion_id,
        transaction_id,
        currency_code,
        click_id_type,
        click_id,
        batch_id,
        value,
        event_at,
        known_at,
        logged_at as told_at
    from logged

    union all

    select
        destination,
        case when is_untellable then 'rejected' else 'superseded' end as status,
        case when is_untellable then 'unexported_before' end as reason,
        case
            when turn = 1 then 'conversion'
            when is_alive then 'restate'
            else 'retract'
        end as kind,
        conversion_name,
        conversion_type,
        conversion_id,
        {{ transaction_id('conversion_id') }} as transaction_id,
        '{{ setting('reporting_currency') }}' as currency_code,
        cast(null as varchar) as click_id_type,
        cast(null as varchar) as click_id,
        cast(null as varchar) as batch_id,
        value,
        event_at,
        known_at,
        cast(null as timestamp) as told_at
    from untold

)

select
    past.*,
    actions.account_id,
    actions.platform_action_id
from past
left join {{ ref('conversion_actions') }} as actions
    on
        past.destination = actions.destination
        and past.conversion_name = actions.conversion_name
