"""Whether a file is what its platform takes, by its schema and the platform's client.

The schemas are those that events are checked against before they are written; here the
whole file is read back. Google's requests and rows are read by the protobuf classes of
its client packages, Meta's events are built anew by its SDK.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.content import Content
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.user_data import UserData
from google.ads import datamanager_v1
from google.ads.googleads.v25.services.types import (
    conversion_adjustment_upload_service as adjustments,
)
from google.ads.googleads.v25.services.types import (
    conversion_upload_service as uploads,
)

from click_to_cash.exports import formats

SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@cache
def validator(destination: str) -> jsonschema_rs.Validator:
    """What judges a whole file of a destination."""
    return jsonschema_rs.validator_for(formats.schema(destination))


def content(file: Path) -> Any:
    """A file as its schema describes it: an object, or rows by their columns."""
    text = file.read_text("utf-8")
    if file.suffix == ".json":
        return json.loads(text)
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    assert all(None not in row and None not in row.values() for row in rows)
    return [row for row in rows if row.get("Type") != "Format Version"]


def check(file: Path) -> Any:
    """Assert that a file is right; returns its content."""
    destination = file.name.partition("-")[0]
    found = content(file)
    errors = [error.message for error in validator(destination).iter_errors(found)]
    assert not errors, (file, errors[:3])
    text = file.read_text("utf-8")
    assert SHA256_OF_NOTHING not in text
    assert "@" not in text
    if destination == "google_data_manager":
        request = datamanager_v1.IngestEventsRequest.from_json(text)
        assert len(request.events) == len(found["events"])
    if destination == "google_ads":
        assert len([by_client(row) for row in found]) == len(found)
    if destination == "meta_ads":
        for event in found["data"]:
            assert by_sdk(event) == event
    return found


def by_client(
    row: dict[str, str],
) -> uploads.ClickConversion | adjustments.ConversionAdjustment:
    """The row of an upload as the message that the Google Ads API takes for it."""
    if "Google Click ID" in row:
        return uploads.ClickConversion(
            gclid=row["Google Click ID"],
            conversion_date_time=row["Conversion Time"],
            conversion_value=float(row["Conversion Value"]),
            currency_code=row["Conversion Currency"],
            order_id=row["Order ID"],
            consent={"ad_user_data": row["Ad User Data"].upper() or "UNSPECIFIED"},
        )
    restated = row["Adjustment Type"] == "RESTATE"
    return adjustments.ConversionAdjustment(
        order_id=row["Order ID"],
        adjustment_date_time=row["Adjustment Time"],
        # Files and API spell the types differently.
        adjustment_type="RESTATEMENT" if restated else "RETRACTION",
        restatement_value={
            "adjusted_value": float(row["Adjusted Value"]),
            "currency_code": row["Adjusted Value Currency"],
        }
        if restated
        else None,
    )


def by_sdk(event: dict[str, Any]) -> dict[str, Any]:
    """The event that Meta's SDK makes of the same facts."""
    user, custom = event["user_data"], event["custom_data"]
    built: dict[str, Any] = Event(
        event_name=event["event_name"],
        event_time=event["event_time"],
        event_id=event["event_id"],
        event_source_url=event.get("event_source_url"),
        action_source=ActionSource(event["action_source"]),
        user_data=UserData(
            emails=user.get("em"),
            phones=user.get("ph"),
            fbc=user.get("fbc"),
            client_user_agent=user.get("client_user_agent"),
        ),
        custom_data=CustomData(
            value=custom["value"],
            currency=custom["currency"],
            order_id=custom.get("order_id"),
            content_type=custom.get("content_type"),
            contents=[
                Content(
                    product_id=item["id"],
                    quantity=item["quantity"],
                    item_price=item["item_price"],
                )
                for item in custom.get("contents", ())
            ]
            or None,
            custom_properties={
                name: custom[name]
                for name in ("event_source", "lead_event_source")
                if name in custom
            },
        ),
    ).normalize()
    # Currencies go in lower case there, and in any case to Meta.
    built["custom_data"]["currency"] = built["custom_data"]["currency"].upper()
    return built
