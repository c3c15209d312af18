with

product_spend as (

    select * from {{ ref('int_product_spend') }}

),

shares as (

    select * from {{ ref('int_order_entry_shares') }}

),

conversions as (

    select *
    from {{ ref('conversions') }}
    where conversion_type = 'order'

),

spend_months as (

    select
        cast({{ dbt.date_trunc('month', 'spend_date') }} as date) as month_start_date,
        platform,
        product_id,
        sum(spend) as product_spend
    from product_spend
    group by {{ dbt.date_trunc('month', 'spend_date') }}, platform, product_id

),

sale_months as (

    select
        cast({{ dbt.date_trunc('month', 'conversions.click_date') }} as date)
            as month_start_date,
        conversions.platform,
        coalesce(shares.product_id, 'unknown') as product_id,
        count(distinct shares.order_line_id) as order_line_count,
        sum(shares.revenue) as net_revenue,
        sum(shares.profit) as profit
    from shares
    inner join conversions on shares.order_id = conversions.conversion_id
    group by
        {{ dbt.date_trunc('month', 'conversions.click_date') }},
        conversions.platform,
        coalesce(shares.product_id, 'unknown')

),

months as (

    select
        month_start_date,
        platform,
        product_id
    from spend_months
    union distinct
    select
        month_start_date,
        platform,
        product_id
    from sale_months

),

measured as (

    select
        months.*,
        cast(coalesce(spend_months.product_spend, 0) as decimal(18, 2)) as product_spend,
        cast(coalesce(sale_months.order_line_count, 0) as bigint) as order_line_count,
        cast(coalesce(sale_months.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        cast(coalesce(sale_months.profit, 0) as decimal(18, 2)) as profit
    from months
    left join spend_months
        on
            months.month_start_date = spend_months.month_start_date
            and months.platform = spend_months.platform
            and months.product_id = spend_months.product_id
    left join sale_months
        on
            months.month_start_date = sale_months.month_start_date
            and months.platform = sale_months.platform
            and months.product_id = sale_months.product_id

)

select
    *,
    {{ ratio('net_revenue', 'product_spend') }} as roas,
    {{ ratio('profit', 'product_spend') }} as poas
from measured
