with

orders as (

    select
        *,
        {{ url_parameters('landing_page_url') }} as url_parameters,
        -- A cancellation is known once it has happened and the row that tells it is here.
        case when {{ is_known('greatest(cancelled_at, loaded_at)') }} then cancelled_at end
            as known_cancelled_at
    from ({{ union_connectors('orders') }}) as delivered
    where standing = 'in_force'

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

erased as (

    select * from {{ ref('int_erased_ids') }}

),

line_sums as (

    select
        order_id,
        count(*) as line_count,
        sum(case when is_covered then 1 else 0 end) as covered_line_count,
        sum(net_price_original) as net_price_original,
        sum(case when is_covered then net_price_original else 0 end)
            as covered_net_price_original,
        sum(coalesce(cost_original, 0)) as cost_original
    from order_lines
    group by order_id

),

summed as (

    select
        orders.*,
        coalesce(line_sums.net_price_original, 0) as net_price_original,
        coalesce(line_sums.covered_net_price_original, 0) as covered_net_price_original,
        coalesce(line_sums.net_price_original, 0) - coalesce(orders.discount_amount, 0)
            as net_revenue_original,
        coalesce(line_sums.cost_original, 0) as cost_original,
        -- What is of the whole order is shared over its lines by net price, else equally.
        case
            when line_sums.net_price_original <> 0 then line_sums.covered_net_price_original
            else coalesce(line_sums.covered_line_count, 0)
        end as covered_part,
        case
            when line_sums.net_price_original <> 0 then line_sums.net_price_original
            else coalesce(line_sums.line_count, 1)
        end as covered_whole,
        {{ without_identity('orders.customer_id', 'customers.token') }} as shown_customer_id,
        {{ without_identity('orders.visitor_id', 'visitors.token') }} as shown_visitor_id,
        {{ exchange_rate('orders.currency_code') }}
    from orders
    left join line_sums on orders.order_id = line_sums.order_id
    left join exchange_rates
        on
            orders.currency_code = exchange_rates.currency_code
            and cast(orders.ordered_at as date) = exchange_rates.rate_date
    left join erased as customers
        on {{ without_identity('orders.customer_id') }} = customers.id_value
    left join erased as visitors
        on {{ without_identity('orders.visitor_id') }} = visitors.id_value

),

judged as (

    select
        *,
        case
            when
                rate_multiplier is null
                and not coalesce(is_test, false)
                and (
                    net_revenue_original <> 0
                    or cost_original <> 0
                    or (
                        net_price_original = 0
                        and covered_net_price_original * covered_whole
                        <> coalesce(discount_amount, 0) * covered_part
                    )
                )
                then 'fx_rate_missing'
            when
                {{ is_out_of_range('net_revenue_original') }}
                or {{ is_out_of_range('net_price_original') }}
                or {{ is_out_of_range('covered_net_price_original') }}
                or {{ is_out_of_range('cost_original') }}
                then 'out_of_range'
        end as issue
    from summed

)

select
    order_id,
    connector,
    row_key,
    shown_customer_id as customer_id,
    currency_code,
    currency_code_delivered,
    issue,
    click_id_type,
    click_id,
    {{ url_click_id_type('url_parameters') }} as url_click_id_type,
    {{ url_click_id('url_parameters') }} as url_click_id,
    shown_visitor_id as visitor_id,
    country_code,
    consent_ad_user_data,
    consent_ad_personalization,
    {{ without_erased(url_parameter('url_parameters', 'utm_source'), 'erased') }} as utm_source,
    {{ without_erased(url_parameter('url_parameters', 'utm_medium'), 'erased') }} as utm_medium,
    {{ without_erased(url_parameter('url_parameters', 'utm_campaign'), 'erased') }} as utm_campaign,
    net_revenue_original,
    covered_part,
    covered_whole,
    {{ to_cents('net_revenue_original') }} as net_revenue,
    case
        when net_price_original <> 0
            then {{ to_cents('net_revenue_original', 'covered_part', 'covered_whole') }}
        else {{ to_cents(
            '(covered_net_price_original * covered_whole'
            ~ ' - coalesce(discount_amount, 0) * covered_part)',
            '1', 'covered_whole',
        ) }}
    end as covered_revenue,
    {{ to_cents('cost_original') }} as cost,
    coalesce(is_test, false) as is_test,
    ordered_at,
    known_cancelled_at as cancelled_at,
    greatest(known_cancelled_at, loaded_at) as cancellation_known_at,
    known_at
from judged
