"""Google Data Manager API, `events:ingest`: requests of one conversion action each.

A transaction ID that comes again for the same action overwrites its value, so an
adjustment looks like the conversion; nothing can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event, without_blanks

EXTENSION = "json"
TAKES_CARTS = True
CONSENT = {"granted": "CONSENT_GRANTED", "denied": "CONSENT_DENIED"}
CUSTOMER_TYPE = {True: "NEW", False: "RETURNING"}
# How all reasons begin; the rest is the name that people know.
REASON = "PROCESSING_ERROR_REASON_"

part = formats.kind_part


def payload(event: Event) -> dict[str, Any]:
    """One Event."""
    return without_blanks(
        {
            "destinationReferences": [event["platform_action_id"]],
            "transactionId": event["transaction_id"],
            "eventTimestamp": _rfc3339(event["event_time"]),
            "lastUpdatedTimestamp": _rfc3339(event["adjustment_time"]),
            "userData": _user_data(event),
            "consent": without_blanks(
                {
                    "adUserData": CONSENT.get(event["consent_ad_user_data"]),
                    "adPersonalization": CONSENT.get(
                        event["consent_ad_personalization"]
                    ),
                }
            ),
            "adIdentifiers": _ad_identifiers(event),
            "currency": event["currency_code"],
            "conversionValue": float(event["value"]),
            "eventSource": "OTHER" if event["conversion_type"] == "deal" else "WEB",
            "cartData": _cart(event),
            "userProperties": without_blanks(
                {"customerType": CUSTOMER_TYPE.get(event["is_new_customer"])}
            ),
        }
    )


def _rfc3339(time: str | None) -> str | None:
    return time and time.replace(" ", "T")


def _user_data(event: Event) -> dict[str, Any]:
    identifiers = [
        {name: event[column]}
        for name, column in (
            ("emailAddress", "hashed_email"),
            ("phoneNumber", "hashed_phone"),
        )
        if event[column]
    ]
    return {"userIdentifiers": identifiers} if identifiers else {}


def _ad_identifiers(event: Event) -> dict[str, Any]:
    """One ID of a click, or one braid."""
    name = event["click_id_type"]
    return {name: event["click_id"]} if name else {}


def _cart(event: Event) -> dict[str, Any]:
    """The cart of an order; Google warns of carts beside braids."""
    if not event["items"] or event["click_id_type"] in ("gbraid", "wbraid"):
        return {}
    return without_blanks(
        {
            "transactionDiscount": float(event["order_discount"] or 0) or None,
            "items": [
                {
                    "merchantProductId": item["product_id"],
                    "quantity": str(item["quantity"]),
                    "unitPrice": item["unit_price"],
                }
                for item in event["items"]
            ],
        }
    )


def file(events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
    """One IngestEventsRequest."""
    first = events[0]
    destination = {
        "reference": first["platform_action_id"],
        "operatingAccount": {
            "accountType": "GOOGLE_ADS",
            "accountId": first["account_id"].replace("-", ""),
        },
        "productDestinationId": first["platform_action_id"],
    }
    begin = formats.as_json({"destinations": [destination], "encoding": "HEX"})
    return formats.json_file(begin[:-1] + b',"events":', payloads)


def answers(text: str, transactions: Sequence[str]) -> list[Answer]:
    """Reads the answer of `requestStatus.retrieve`, or the error of `events:ingest`.

    Google counts errors by reason and does not say which events they are of: of a
    request that was taken in part nothing can be marked, which is an error here.
    """
    answer, count = formats.read_json(text), len(transactions)
    if "error" in answer:
        violated = dict(_violations(answer["error"]))
        return [
            (number, violated.get(number, formats.REQUEST_REJECTED))
            for number in range(1, count + 1)
        ]
    statuses = answer.get("requestStatusPerDestination")
    if not isinstance(statuses, list) or len(statuses) != 1:
        raise ClickToCashError(
            "the results have no requestStatusPerDestination of one destination: save"
            " what requestStatus.retrieve answers to the request's ID"
        )
    status = statuses[0].get("requestStatus")
    counts = {
        str(told.get("reason", "")).removeprefix(REASON): int(
            told.get("recordCount", 0)
        )
        for told in statuses[0].get("errorInfo", {}).get("errorCounts", [])
    }
    if status == "SUCCESS":
        return formats.all_accepted(count)
    if status == "FAILED" and len(counts) == 1 and sum(counts.values()) == count:
        return formats.all_refused(count, *counts)
    reasons = ", ".join(f"{reason} {n}" for reason, n in counts.items())
    raise ClickToCashError(
        f"the request is {status} ({reasons or 'no reasons yet'}), and Google does not"
        " tell which events: ask again later if it is PROCESSING; else the batch stays"
        " as sent, and the reasons tell what to mend"
    )


def _violations(error: dict[str, Any]) -> Iterable[tuple[int, str]]:
    """The events that a request was refused for: fields such as events[3].currency."""
    for detail in error.get("details", []):
        for violation in detail.get("fieldViolations", []):
            field = str(violation.get("field", ""))
            number = field.partition("events[")[2].partition("]")[0]
            if number.isdigit():
                yield int(number) + 1, str(violation.get("reason") or "INVALID_EVENT")
