"""LinkedIn Conversions API: `conversionEvents` as a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event, unix_seconds

EXTENSION = "json"
TAKES_CARTS = False
IDS = {
    "hashed_email": "SHA256_EMAIL",
    "click_id": "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID",
}


def part(event: Event) -> str:
    """All events of an action share files."""
    return "events"


def payload(event: Event) -> dict[str, Any]:
    """One element."""
    return {
        "conversion": f"urn:lla:llaPartnerConversion:{event['platform_action_id']}",
        "conversionHappenedAt": unix_seconds(event["event_at"]) * 1000,
        "conversionValue": {
            "currencyCode": event["currency_code"],
            "amount": f"{event['value']:.2f}",
        },
        "user": {
            "userIds": [
                {"idType": id_type, "idValue": event[column]}
                for column, id_type in IDS.items()
                if event[column]
            ]
        },
        "eventId": event["transaction_id"],
    }


def file(events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
    """One BATCH_CREATE."""
    return formats.json_file(b'{"elements":', payloads)


def answers(text: str, transactions: Sequence[str]) -> list[Answer]:
    """Reads the answer to a batch: a status for each element, in their order."""
    answer, count = formats.read_json(text), len(transactions)
    elements = answer.get("elements")
    if elements is None and "status" in answer:
        return formats.all_refused(count)
    if not isinstance(elements, list) or len(elements) != count:
        raise ClickToCashError(
            f"the results do not have {count} elements: is it the answer to this file?"
        )
    return [
        (
            number,
            None if 200 <= int(element["status"]) < 300 else str(element["status"]),
        )
        for number, element in enumerate(elements, start=1)
    ]
