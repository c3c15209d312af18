"""Google Ads: the files of “Uploads”, one of conversions and one of adjustments.

Every time has its offset, so there is no line of parameters. Files say RESTATE and
RETRACT where the API says RESTATEMENT and RETRACTION.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event

EXTENSION = "csv"
TAKES_CARTS = False
CONSENT = {"granted": "Granted", "denied": "Denied", None: ""}
COLUMNS = {
    "conversions": (
        *("Google Click ID", "Conversion Name", "Conversion Time"),
        *("Conversion Value", "Conversion Currency", "Order ID"),
        *("Ad User Data", "Ad Personalization"),
    ),
    "adjustments": (
        *("Order ID", "Conversion Name", "Adjustment Time", "Adjustment Type"),
        *("Adjusted Value", "Adjusted Value Currency"),
    ),
}

part = formats.kind_part


def payload(event: Event) -> dict[str, str]:
    """One row by its columns."""
    if formats.adjusts(event):
        restated = event["kind"] == "restate"
        values = [
            event["transaction_id"],
            event["conversion_name"],
            event["adjustment_time"],
            "RESTATE" if restated else "RETRACT",
            f"{event['value']:.2f}" if restated else "",
            event["currency_code"] if restated else "",
        ]
    else:
        values = [
            event["click_id"],
            event["conversion_name"],
            event["event_time"],
            f"{event['value']:.2f}",
            event["currency_code"],
            event["transaction_id"],
            CONSENT[event["consent_ad_user_data"]],
            CONSENT.get(event["consent_ad_personalization"], ""),
        ]
    return dict(zip(COLUMNS[part(event)], values, strict=True))


def file(events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
    """Header and rows."""
    return b"".join([formats.as_csv(COLUMNS[part(events[0])]), *payloads])


def answers(text: str, transactions: Sequence[str]) -> list[Answer]:
    """Reads the API's answer to these rows, or the rows themselves with a column Error.

    The rows are told apart by their order ID; a blank Error is none.
    """
    count = len(transactions)
    if text.lstrip().startswith("{"):
        answer = formats.read_json(text)
        if "error" in answer:
            return formats.all_refused(count)
        failed = dict(_partial_failure(answer, count))
        return [(number, failed.get(number)) for number in range(1, count + 1)]
    rows = formats.read_csv(text)
    errors = {row.get("Order ID"): row.get("Error") for row in rows}
    if len(rows) != count or any(errors.get(key) is None for key in transactions):
        raise ClickToCashError(
            f"the results are not the {count} rows that were uploaded with a column"
            " Error: give each row there the error that Google shows for it"
        )
    return [
        (number, (errors[key] or "").strip() or None)
        for number, key in enumerate(transactions, start=1)
    ]


def _partial_failure(answer: dict[str, Any], count: int) -> Iterable[tuple[int, str]]:
    """Place and error of each operation that the API has refused."""
    results = answer.get("results")
    if not isinstance(results, list) or len(results) != count:
        raise ClickToCashError(
            f"the results do not have {count} results: is it the answer to this file?"
        )
    failure = answer.get("partialFailureError") or answer.get("partial_failure_error")
    if not failure:
        return
    errors = [error for detail in failure["details"] for error in detail["errors"]]
    if not errors:
        raise ClickToCashError("the results tell of a failure without saying of what")
    for error in errors:
        elements = error.get("location", {}).get("fieldPathElements", [])
        places = [int(e["index"]) for e in elements if "index" in e]
        codes = list(error.get("errorCode", {}).values())
        if not places or not codes or places[0] >= count:
            raise ClickToCashError(
                f"the results have an error without a place: {json.dumps(error)[:200]}"
            )
        yield places[0] + 1, str(codes[0])
