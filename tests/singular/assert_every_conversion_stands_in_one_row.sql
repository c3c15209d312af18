-- Law 3. Unseen, a conversion without a click, or with two candidates, would be lost or
-- counted twice.

with

expected as (

    select
        'order' as conversion_type,
        order_id as conversion_id
    from {{ ref('int_orders_judged') }}
    where issue is null and not is_test
    union all
    select
        'form_fill' as conversion_type,
        form_fill_id as conversion_id
    from {{ ref('int_form_fills') }}
    union all
    select
        'deal' as conversion_type,
        deal_id as conversion_id
    from {{ ref('int_deals_judged') }}
    where issue is null

),

counted as (

    select
        conversion_type,
        conversion_id,
        count(*) as row_count
    from {{ ref('conversions') }}
    group by conversion_type, conversion_id

)

select
    expected.*,
    counted.row_count
from expected
full outer join counted
    on
        expected.conversion_type = counted.conversion_type
        and expected.conversion_id = counted.conversion_id
where expected.conversion_id is null or coalesce(counted.row_count, 0) <> 1
