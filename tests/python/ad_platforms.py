"""Small models of what ad platforms do with the files that they are given.

Each follows the platform's documented semantics, and refuses loudly what must never be
sent: the same conversion twice, what is too young or too old, an adjustment of nothing.
`held` is what the platform holds at the end: value by conversion name and conversion.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Violation(AssertionError):
    """Something that a platform would refuse, or count wrongly."""


@dataclass
class Conversion:
    """What a platform holds of one transaction."""

    transaction: str
    value: Decimal
    at: datetime
    adjusted_at: datetime | None = None
    is_gone: bool = False


@dataclass(frozen=True)
class Told:
    """One event of a file, in terms that all platforms share."""

    name: str
    transaction: str
    kind: str
    value: Decimal
    at: datetime
    adjusted_at: datetime | None
    key: str


@dataclass
class Platform:
    """A platform that remembers conversions by transaction, or by its own key."""

    destination: str
    max_event_age: timedelta
    adjustable: tuple[timedelta, timedelta] | None
    upserts: bool = False
    held: dict[tuple[str, str], Conversion] = field(default_factory=dict)

    def take(self, told: Told, now: datetime, clicked_at: datetime | None) -> None:
        """What uploading the event at `now` does; Violation if it must not happen."""
        if told.at > now:
            raise Violation(f"{told} lies in the future of {now}")
        before = self.held.get((told.name, told.key))
        if told.kind == "conversion" or (self.upserts and not before):
            self._add(told, now, clicked_at, before)
        elif self.adjustable is None:
            raise Violation(f"{self.destination} takes no adjustment: {told}")
        else:
            self._adjust(told, now, before, *self.adjustable)

    def _add(
        self,
        told: Told,
        now: datetime,
        clicked_at: datetime | None,
        before: Conversion | None,
    ) -> None:
        if before:
            raise Violation(f"{told} was sent twice")
        if now - told.at > self.max_event_age:
            raise Violation(f"{told} is too old on {now}")
        if clicked_at and told.at < clicked_at:
            raise Violation(f"{told} precedes its click of {clicked_at}")
        if clicked_at and self.destination.startswith("google"):
            if now - clicked_at < 6 * HOUR:
                raise Violation(f"{told}: its click of {clicked_at} is too young")
            if now - clicked_at > 90 * DAY:
                raise Violation(f"{told}: its click of {clicked_at} is too old")
        self.held[told.name, told.key] = Conversion(
            told.transaction, told.value, told.at
        )

    def _adjust(
        self,
        told: Told,
        now: datetime,
        before: Conversion | None,
        youngest: timedelta,
        oldest: timedelta,
    ) -> None:
        if not before or before.is_gone:
            raise Violation(f"{told} adjusts what is not there")
        if not youngest <= now - before.at <= oldest:
            raise Violation(f"{told} comes {now - before.at} after its conversion")
        assert told.adjusted_at
        if told.adjusted_at < before.at or (
            before.adjusted_at and told.adjusted_at <= before.adjusted_at
        ):
            raise Violation(f"{told} is not newer than {before}")
        before.value, before.adjusted_at = told.value, told.adjusted_at
        is_end = told.kind == "retract" or told.value == 0
        before.is_gone = is_end and not self.upserts


def platforms() -> dict[str, Platform]:
    """One of each, empty."""
    return {
        "google_data_manager": Platform(
            "google_data_manager", 90 * DAY, (0 * DAY, 54 * DAY), upserts=True
        ),
        "google_ads": Platform("google_ads", 90 * DAY, (1 * DAY, 54 * DAY)),
        "microsoft_ads": Platform("microsoft_ads", 90 * DAY, (0 * DAY, 90 * DAY)),
        "meta_ads": Platform("meta_ads", 7 * DAY, None),
        "linkedin_ads": Platform("linkedin_ads", 90 * DAY, None),
        "tiktok_ads": Platform("tiktok_ads", 28 * DAY, None),
    }


def read(file: Path) -> list[Told]:
    """The events of a file of any destination."""
    destination = file.name.partition("-")[0]
    text = file.read_text("utf-8")
    found: Iterable[Told]
    if file.suffix == ".csv":
        rows = csv.DictReader(text.splitlines())
        found = _google_ads(rows) if destination == "google_ads" else _microsoft(rows)
    else:
        request = json.loads(text)
        found = {
            "google_data_manager": _data_manager,
            "meta_ads": _meta,
            "linkedin_ads": _linkedin,
            "tiktok_ads": _tiktok,
        }[destination](request)
    return list(found)


def _offset(text: str) -> datetime:
    """A time with its offset, as UTC without one."""
    at = datetime.fromisoformat(text)
    assert at.tzinfo
    return at.astimezone(UTC).replace(tzinfo=None)


def _unix(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _google_ads(rows: Iterable[dict[str, str]]) -> Iterator[Told]:
    for row in rows:
        name, key = row["Conversion Name"], row["Order ID"]
        if "Google Click ID" in row:
            value, at = (
                Decimal(row["Conversion Value"]),
                _offset(row["Conversion Time"]),
            )
            yield Told(name, key, "conversion", value, at, None, key)
        else:
            at = _offset(row["Adjustment Time"])
            restated = row["Adjustment Type"] == "RESTATE"
            value = Decimal(row["Adjusted Value"]) if restated else Decimal(0)
            kind = "restate" if restated else "retract"
            yield Told(name, key, kind, value, at, at, key)


def _microsoft(rows: Iterable[dict[str, str]]) -> Iterator[Told]:
    for row in rows:
        if row["Type"] != "Offline Conversion":
            continue
        time = "%m/%d/%Y %I:%M:%S %p"
        at = datetime.strptime(row["Conversion Time"], time)
        name, transaction = row["Conversion Name"], row["Client Id"]
        # Known by goal, click and time; without a click by whom the hashes name.
        who = row["Microsoft Click Id"] or transaction
        key = f"{who} {row['Conversion Time']}"
        kind = row.get("Adjustment Type", "").lower() or "conversion"
        value = Decimal(
            row.get("Conversion Value") or row.get("Adjustment Value") or "0"
        )
        adjusted = row.get("Adjustment Time")
        yield Told(
            *(name, transaction, kind, value, at),
            adjusted_at=datetime.strptime(adjusted, time) if adjusted else None,
            key=key,
        )


def _data_manager(request: dict[str, Any]) -> Iterator[Told]:
    (destination,) = request["destinations"]
    for event in request["events"]:
        key = event["transactionId"]
        adjusted = event.get("lastUpdatedTimestamp")
        yield Told(
            name=destination["productDestinationId"],
            transaction=key,
            kind="restate" if adjusted else "conversion",
            value=Decimal(str(event["conversionValue"])),
            at=_offset(event["eventTimestamp"]),
            adjusted_at=_offset(adjusted) if adjusted else None,
            key=key,
        )


def _meta(request: dict[str, Any]) -> Iterator[Told]:
    for event in request["data"]:
        value = Decimal(str(event["custom_data"]["value"]))
        name, key = event["event_name"], event["event_id"]
        yield Told(
            name, key, "conversion", value, _unix(event["event_time"]), None, key
        )


def _linkedin(request: dict[str, Any]) -> Iterator[Told]:
    for event in request["elements"]:
        value = Decimal(event["conversionValue"]["amount"])
        at = _unix(event["conversionHappenedAt"] / 1000)
        name, key = event["conversion"].rpartition(":")[2], event["eventId"]
        yield Told(name, key, "conversion", value, at, None, key)


def _tiktok(request: dict[str, Any]) -> Iterator[Told]:
    for event in request["data"]:
        value = Decimal(str(event["properties"]["value"]))
        name, key = event["event"], event["event_id"]
        yield Told(
            name, key, "conversion", value, _unix(event["event_time"]), None, key
        )
