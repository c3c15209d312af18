"""Deals as HubSpot keeps them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.loaders.reshape import distinct, renamed, told


def deals_in_hubspot(tables: Mapping[str, Table]) -> dict[str, Table]:
    """HubSpot's history of deals, their people, and what their stages mean.

    A change whose load nobody noted takes the time at which the CRM learned of it:
    there is no other place for that.
    """
    changes = tables["crm_deal_stage_changes"]
    n = col.height(changes)
    changes = {
        **changes,
        "name": col.same("amount", n),
        "learned_at": pc.coalesce(changes["loaded_at"], changes["recorded_at"]),
    }
    amounts = renamed(
        changes,
        "deal_id name value=amount timestamp=changed_at _fivetran_synced=learned_at",
    )
    deals = tables["crm_deals"]
    people = deals["email"].dictionary_encode()
    number = pc.fill_null(people.indices.cast(pa.int64()), -1)
    of_deals = {
        "deal_id": deals["deal_id"],
        "contact_id": col.numbered("", np.asarray(number)),
    }
    return {
        "hubspot/contact": {
            "id": col.numbered("", np.arange(len(people.dictionary))),
            "property_email": people.dictionary,
        },
        "hubspot/deal_contact": distinct(
            col.chosen(of_deals, told(of_deals["contact_id"]))
        ),
        "hubspot/deal_stage": renamed(
            changes,
            "deal_id value=stage date_entered=changed_at _fivetran_synced=learned_at",
        ),
        "hubspot/deal_property_history": col.chosen(amounts, told(amounts["value"])),
        "hubspot/deal_pipeline_stage": pipeline_stages(
            tables["deal_stages"], deals["pipeline"]
        ),
    }


def pipeline_stages(stages: Table, pipelines: Text) -> Table:
    """Each pipeline with all its stages, for HubSpot has none of every pipeline."""
    listed = pa.table(stages).to_pylist()
    own = {(row["pipeline"], row["stage"]) for row in listed}
    named = {*pipelines.to_pylist(), *stages["pipeline"].to_pylist()} - {None}
    rows = [
        {
            "stage_id": row["stage"],
            "pipeline_id": pipeline,
            "closed_won": row["is_won"],
            "is_closed": "true"
            if "true" in (row["is_won"], row["is_lost"])
            else "false",
            "display_order": row["position"],
            "probability": row["win_probability"],
        }
        for pipeline in sorted(named)
        for row in listed
        if row["pipeline"] == pipeline
        or (row["pipeline"] is None and (pipeline, row["stage"]) not in own)
    ]
    return {name: pa.array([row[name] for row in rows]) for name in rows[0]}
