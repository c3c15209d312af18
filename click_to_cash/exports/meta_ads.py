"""Meta Conversions API: purchases of a website, and the stages of a CRM.

One event that is too old or malformed makes the whole request fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event, unix_seconds, without_blanks

EXTENSION = "json"
TAKES_CARTS = True
CRM = "CRM"


def part(event: Event) -> str:
    """Purchases and stages may share a request, but go to people apart."""
    return "purchases" if event["conversion_type"] == "order" else "stages"


def payload(event: Event) -> dict[str, Any]:
    """One server event."""
    is_order = event["conversion_type"] == "order"
    is_website = is_order and event["page_url"] and event["user_agent"]
    custom_data: dict[str, Any] = {
        "currency": event["currency_code"],
        "value": float(event["value"]),
    }
    if is_order:
        custom_data |= {"order_id": event["transaction_id"]}
        if event["items"]:
            custom_data |= {"content_type": "product", "contents": _contents(event)}
    else:
        custom_data |= {"event_source": "crm", "lead_event_source": CRM}
    return without_blanks(
        {
            "event_name": event["conversion_name"],
            "event_time": unix_seconds(event["event_at"]),
            "event_id": event["transaction_id"],
            # A website's event must name the browser; without, it is another one.
            "action_source": "website"
            if is_website
            else "other"
            if is_order
            else "system_generated",
            "event_source_url": event["page_url"] if is_website else None,
            "user_data": without_blanks(
                {
                    "em": _listed(event["hashed_email"]),
                    "ph": _listed(event["hashed_phone"]),
                    "fbc": _fbc(event),
                    "client_user_agent": event["user_agent"] if is_website else None,
                }
            ),
            "custom_data": custom_data,
        }
    )


def _listed(value: str | None) -> list[str]:
    return [value] if value else []


def _fbc(event: Event) -> str | None:
    """What Meta's cookie would hold: fb.1.<ms of the click>.<fbclid>."""
    if not event["click_id"]:
        return None
    at = event["clicked_at"] or event["event_at"]
    return f"fb.1.{unix_seconds(at) * 1000}.{event['click_id']}"


def _contents(event: Event) -> list[dict[str, Any]]:
    return [
        {
            "id": item["product_id"],
            "quantity": item["quantity"],
            "item_price": item["unit_price"],
        }
        for item in event["items"]
    ]


def file(events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
    """One request; the dataset and the token stand in its address, not here."""
    return formats.json_file(b'{"data":', payloads)


def answers(text: str, transactions: Sequence[str]) -> list[Answer]:
    """Reads the answer to a request: Meta takes all of its events or none."""
    answer, count = formats.read_json(text), len(transactions)
    if "error" in answer:
        return formats.all_refused(count)
    received = answer.get("events_received")
    if received != count:
        raise ClickToCashError(
            f"the results say that {received} events were received, but the batch has"
            f" {count}: is it the answer to this file?"
        )
    return formats.all_accepted(count)
