from click_to_cash import lead_score


def model(dbt, session):
    """The chances that the fitted model gives; no rows where too little was won yet."""
    return lead_score.scores(
        facts=dbt.ref("int_form_fill_facts").to_arrow_table(),
        attributes=dbt.ref("int_form_fill_attributes").to_arrow_table(),
        rates=dbt.ref("int_lead_campaign_rates").to_arrow_table(),
        training=dbt.ref("int_lead_training").to_arrow_table(),
        outcomes=dbt.ref("int_lead_outcomes").to_arrow_table(),
    )
