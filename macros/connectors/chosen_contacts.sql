{#
    One contact for each deal (docs/rules.md, “Several people per deal”): the primary one,
    else the one with the earliest valid click, else the first by ID; so the value of the
    deal is counted once. The arguments are the caller's CTEs:

    contacts: deal_id, contact_id, is_primary, created_at (of the deal, a timestamp)
    contact_clicks: contact_id, click_id; every click ID that the CRM knows of the contact
    clicks: staged clicks in brief
#}
{% macro chosen_contacts(contacts, contact_clicks, clicks) %}
    with valid as (

        select
            contacts.deal_id,
            contacts.contact_id,
            min(clicks.clicked_at) as first_clicked_at
        from {{ contacts }} as contacts
        inner join {{ contact_clicks }} as contact_clicks
            on contacts.contact_id = contact_clicks.contact_id
        inner join {{ clicks }} as clicks
            on {{ hash_of(['contact_clicks.click_id']) }} = clicks.click_id_hash
        where
            clicks.standing = 'in_force'
            and clicks.clicked_at <= contacts.created_at
            and contacts.created_at
            <= {{ plus_days('clicks.clicked_at', setting('click_window_days')) }}
        group by contacts.deal_id, contacts.contact_id

    ),

    ranked as (

        select
            contacts.*,
            row_number() over (
                partition by contacts.deal_id
                order by
                    contacts.is_primary desc,
                    valid.first_clicked_at asc nulls last,
                    contacts.contact_id
            ) as choice
        from {{ contacts }} as contacts
        left join valid
            on
                contacts.deal_id = valid.deal_id
                and contacts.contact_id = valid.contact_id

    )

    select * exclude (choice)
    from ranked
    where choice = 1
{% endmacro %}
