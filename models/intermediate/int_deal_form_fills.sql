with

deals as (

    select *
    from ({{ union_connectors('crm_deals') }}) as delivered
    where standing = 'in_force'

),

form_fills as (

    select
        form_fill_id,
        lower(email) as email,
        submitted_at
    from ({{ union_connectors('form_fills') }}) as delivered
    where standing = 'in_force' and not coalesce(is_test, false)

),

linked as (

    select
        deals.deal_id,
        form_fills.form_fill_id,
        'form_fill_id' as link,
        form_fills.submitted_at
    from deals
    inner join form_fills on deals.form_fill_id = form_fills.form_fill_id

    union all

    -- Several fills may share the e-mail: the latest before the deal is chosen below.
    select
        deals.deal_id,
        form_fills.form_fill_id,
        'email' as link,
        form_fills.submitted_at
    from deals
    inner join form_fills
        on
            lower(deals.email) = form_fills.email
            and deals.created_at >= form_fills.submitted_at
            and deals.created_at <= {{ plus_days(
                'form_fills.submitted_at', setting('deal_form_fill_window_days')
            ) }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by deal_id
            order by link desc, submitted_at desc, form_fill_id asc
        ) as choice
    from linked

)

select
    deal_id,
    form_fill_id,
    link,
    submitted_at
from ranked
where choice = 1
