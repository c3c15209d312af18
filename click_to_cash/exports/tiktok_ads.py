"""TikTok Events API: purchases of a website, and events of a CRM event set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event, unix_seconds, without_blanks

EXTENSION = "json"
TAKES_CARTS = True


def part(event: Event) -> str:
    """The source of a request is one: the website or the CRM."""
    return "web" if event["conversion_type"] == "order" else "crm"


def payload(event: Event) -> dict[str, Any]:
    """One event."""
    return without_blanks(
        {
            "event": event["conversion_name"],
            "event_time": unix_seconds(event["event_at"]),
            "event_id": event["transaction_id"],
            "user": without_blanks(
                {
                    "ttclid": event["click_id"],
                    "email": event["hashed_email"],
                    "phone": event["hashed_phone"],
                }
            ),
            "properties": without_blanks(
                {
                    "currency": event["currency_code"],
                    "value": float(event["value"]),
                    "content_type": "product" if event["items"] else None,
                    "contents": [
                        {
                            "content_id": item["product_id"],
                            "quantity": item["quantity"],
                            "price": item["unit_price"],
                        }
                        for item in event["items"] or ()
                    ],
                }
            ),
            "page": without_blanks({"url": event["page_url"]}),
        }
    )


def file(events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
    """One request."""
    source = {
        "event_source": part(events[0]),
        "event_source_id": events[0]["platform_action_id"],
    }
    return formats.json_file(formats.as_json(source)[:-1] + b',"data":', payloads)


def answers(text: str, transactions: Sequence[str]) -> list[Answer]:
    """Reads the answer to a request: TikTok takes all of its events or none."""
    count = len(transactions)
    if formats.read_json(text).get("code") == 0:
        return formats.all_accepted(count)
    return formats.all_refused(count)
