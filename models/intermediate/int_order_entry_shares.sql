with

-- Revenue and profit each as a number of cents over whole-number weights; where the weights
-- add up to 0 the shares are equal.
measured as (

    {% for measure in ['revenue', 'profit'] -%}
        select
            entry_id,
            order_id,
            event_type,
            is_cost_of_cancellation,
            order_line_id,
            product_id,
            '{{ measure }}' as measure,
            {{ whole_number(measure, 2) }} as cents,
            {{ whole_number('coalesce(' ~ measure ~ '_weight, 0)', 12) }} as weight
        from {{ ref('int_order_entry_weights') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

totalled as (

    select
        *,
        sum(weight) over (partition by entry_id, measure) as total_weight,
        count(*) over (partition by entry_id, measure) as line_count
    from measured

),

shared as (

    select
        *,
        case
            when total_weight = 0 then abs(cents)
            else abs(cents) * weight * sign(total_weight)
        end as dividend,
        case when total_weight = 0 then line_count else abs(total_weight) end as divisor
    from totalled

),

divided as (

    select
        *,
        (dividend % divisor + divisor) % divisor as remainder
    from shared

),

-- Every line gets the cents that are its own; those left over go to the largest remainders.
floored as (

    select
        *,
        {{ whole_quotient('dividend - remainder', 'divisor') }} as whole_cents
    from divided

),

ranked as (

    select
        *,
        abs(cents) - sum(whole_cents) over (partition by entry_id, measure) as cents_left,
        row_number() over (
            partition by entry_id, measure
            order by remainder desc, order_line_id asc
        ) as turn
    from floored

),

rounded as (

    select
        *,
        sign(cents) * (whole_cents + case when turn <= cents_left then 1 else 0 end)
            as share_cents
    from ranked

),

summed as (

    select
        entry_id,
        order_id,
        event_type,
        is_cost_of_cancellation,
        order_line_id,
        product_id,
        sum(case measure when 'revenue' then share_cents else 0 end) as revenue_cents,
        sum(case measure when 'profit' then share_cents else 0 end) as profit_cents
    from rounded
    group by
        entry_id, order_id, event_type, is_cost_of_cancellation, order_line_id, product_id

),

counted as (

    select
        *,
        sum(
            case
                when event_type = 'cost_booked' then profit_cents
                when event_type = 'cost_returned' and not is_cost_of_cancellation
                    then profit_cents
                else 0
            end
        ) over (partition by order_id, order_line_id) as cost_cents_so_far
    from summed

)

-- A cancellation gives each line what is left of its own cost.
select
    entry_id,
    order_id,
    event_type,
    order_line_id,
    product_id,
    cast(revenue_cents * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as revenue,
    cast(
        case when is_cost_of_cancellation then -cost_cents_so_far else profit_cents end
        * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    ) as profit
from counted
