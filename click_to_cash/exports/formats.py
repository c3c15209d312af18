"""What all formats share: an event, a batch of them as one file, and answers to it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Protocol

import jsonschema_rs
import orjson

from click_to_cash.errors import ClickToCashError

# A row of exports.conversion_events; `items` are the lines of an order's cart.
Event = Mapping[str, Any]
# Place of an event in its batch, from 1, and the platform's error; None: accepted.
Answer = tuple[int, str | None]

# Refused with all the others: the event by itself may be right.
REQUEST_REJECTED = "request_rejected"


class Format(Protocol):
    """One destination's format; a module of this package has these names."""

    EXTENSION: str
    TAKES_CARTS: bool

    def part(self, event: Event) -> str:
        """What of an action's events stands in files of its own."""

    def payload(self, event: Event) -> dict[str, Any]:
        """The event as its schema describes it; of a CSV file a row by its columns."""

    def file(self, events: Sequence[Event], payloads: Sequence[bytes]) -> bytes:
        """The content of a file, from its events and their payloads."""

    def answers(self, text: str, transactions: Sequence[str]) -> list[Answer]:
        """What the platform's answer to a file says of its events, by their IDs."""


def adjusts(event: Event) -> bool:
    """Whether the event changes what was told before."""
    return bool(event["kind"] != "conversion")


def kind_part(event: Event) -> str:
    """New conversions and adjustments may not share a file."""
    return "adjustments" if adjusts(event) else "conversions"


def as_json(payload: Any) -> bytes:
    """An event as it stands in a JSON file; small, and the same each time."""
    return orjson.dumps(payload)


def as_csv(values: Iterable[str]) -> bytes:
    """One row as it stands in a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()


def json_file(begin: bytes, payloads: Sequence[bytes]) -> bytes:
    """An object whose last member is the list of events, a line each."""
    return begin + b"[\n" + b",\n".join(payloads) + b"\n]}\n"


def without_blanks(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that hold something; platforms refuse null and empty objects."""
    return {k: v for k, v in fields.items() if v is not None and v != [] and v != {}}


def unix_seconds(at: datetime) -> int:
    """Seconds since 1970 of a UTC time without a zone."""
    return int(at.replace(tzinfo=UTC).timestamp())


def read_json(text: str) -> dict[str, Any]:
    """An answer that must be a JSON object."""
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ClickToCashError(
            "the results are no JSON object: save the platform's answer as it came"
        )
    return answer


def read_csv(text: str) -> list[dict[str, str]]:
    """An answer that must be CSV with a header, maybe after a line of parameters."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    while lines and lines[0].startswith("Parameters:"):
        lines = lines[1:]
    try:
        return list(csv.DictReader(lines, restval="", strict=True))
    except csv.Error as error:
        raise ClickToCashError(f"the results are no CSV file: {error}") from None


def all_refused(count: int, error: str = REQUEST_REJECTED) -> list[Answer]:
    """A request that failed as a whole."""
    return [(number, error) for number in range(1, count + 1)]


def all_accepted(count: int) -> list[Answer]:
    """A request that was taken as a whole."""
    return [(number, None) for number in range(1, count + 1)]


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a destination's files, written from its public definition."""
    place = resources.files("click_to_cash.exports") / "schemas" / f"{name}.json"
    found: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return found


@cache
def validator(name: str, part: str) -> jsonschema_rs.Validator:
    """What judges an event of a destination: its part's schema, or the one of all."""
    whole = schema(name)
    wanted = part if part in whole["$defs"] else "event"
    return jsonschema_rs.validator_for(
        {key: whole[key] for key in ("$schema", "$defs")}
        | {"$ref": f"#/$defs/{wanted}"}
    )
