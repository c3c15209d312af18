"""Google Ads: the files of “Uploads”, one of conversions and one of adjustments.

Every time has its offset, so there is no line of parameters. Files say RESTATE and
RETRACT where the API says RESTATEMENT and RETRACTION.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event

EXTENSION = "csv"
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


def answers(text: str, count: int) -> list[Answer]:
    """Reads the partial failure of the API, or rows with a column Error.

    The rows are those that were uploaded, in their order; a blank Error is none.
    """
    if text.lstrip().startswith("{"):
        failed = dict(_partial_failure(formats.read_json(text)))
        return [(number, failed.get(number)) for number in range(1, count + 1)]
    rows = formats.read_csv(text)
    if len(rows) != count or not all("Error" in row for row in rows):
        raise ClickToCashError(
            f"the results are not the {count} rows that were uploaded with a column"
            " Error: give each row there the error that Google shows for it"
        )
    return [(n, row["Error"].strip() or None) for n, row in enumerate(rows, start=1)]


def _partial_failure(answer: dict[str, object]) -> Iterable[tuple[int, str]]:
    """Place and error of each operation that the API has refused."""
    failure = answer.get("partialFailureError")
    details = failure.get("details", []) if isinstance(failure, dict) else []
    for error in (error for detail in details for error in detail.get("errors", [])):
        elements = error.get("location", {}).get("fieldPathElements", [])
        places = [e["index"] for e in elements if "index" in e]
        codes = list(error.get("errorCode", {}).values())
        if not places or not codes:
            raise ClickToCashError(
                f"the results have an error without a place: {json.dumps(error)[:200]}"
            )
        yield int(places[0]) + 1, str(codes[0])
