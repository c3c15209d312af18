"""Microsoft Advertising: Bulk files of offline conversions and of their adjustments.

An adjustment names its conversion by goal, click and time. All times are UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import formats
from click_to_cash.exports.formats import Answer, Event

EXTENSION = "csv"
TAKES_CARTS = False
TYPE = "Offline Conversion"
_BEGIN = ("Type", "Status", "Id", "Parent Id", "Client Id", "Name")
COLUMNS = {
    "conversions": (
        *_BEGIN,
        *("Conversion Currency Code", "Conversion Name", "Conversion Time"),
        *("Conversion Value", "Microsoft Click Id"),
        *("Hashed Email Address", "Hashed Phone Number"),
    ),
    "adjustments": (
        *_BEGIN,
        *("Conversion Name", "Conversion Time", "Microsoft Click Id"),
        *("Adjustment Type", "Adjustment Time", "Adjustment Value"),
        "Adjustment Currency Code",
    ),
}

part = formats.kind_part


def payload(event: Event) -> dict[str, str]:
    """One row by its columns; the client ID comes back in the results."""
    begin = [TYPE, "", "", "", event["transaction_id"], ""]
    if formats.adjusts(event):
        restated = event["kind"] == "restate"
        values = [
            *begin,
            event["conversion_name"],
            _time(event["event_at"]),
            event["click_id"],
            "Restate" if restated else "Retract",
            _time(event["adjusted_at"]),
            f"{event['value']:.2f}" if restated else "",
            event["currency_code"] if restated else "",
        ]
    else:
        values = [
            *begin,
            event["currency_code"],
            event["conversion_name"],
            _time(event["event_at"]),
            f"{event['value']:.2f}",
            event["click_id"] or "",
            event["hashed_email"] or "",
            event["hashed_phone"] or "",
        ]
    return dict(zip(COLUMNS[part(event)], values, strict=True))


def _time(at: datetime) -> str:
    """4/1/2020 6:50:54 PM."""
    clock = at.strftime("%M:%S %p")
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{clock}"


def file(events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
    """Header, the version of the format, rows."""
    columns = COLUMNS[part(events[0])]
    version = {"Type": "Format Version", "Name": "6.0"}
    preamble = formats.as_csv(version.get(column, "") for column in columns)
    return b"".join([formats.as_csv(columns), preamble, *payloads])


def answers(text: str, transactions: Sequence[str]) -> list[Answer]:
    """Reads a Bulk results file: a row for each event, and one more for each error.

    They are told apart by their client ID, which Microsoft copies.
    """
    errors: dict[str, str | None] = {}
    for row in formats.read_csv(text):
        client_id = row.get("Client Id", "")
        if row.get("Type") == TYPE:
            errors.setdefault(client_id, None)
        elif row.get("Type", "").startswith(TYPE):
            errors[client_id] = row.get("Error") or row.get("Error Number") or "unknown"
    if errors.keys() != set(transactions):
        raise ClickToCashError(
            f"the results are not those of the {len(transactions)} rows of type {TYPE}"
            " that were uploaded: ask for errors and results"
        )
    return [(n, errors[key]) for n, key in enumerate(transactions, start=1)]
