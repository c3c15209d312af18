"""Text to typed values; a ValueError means `unreadable`."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_NUMBER = re.compile(r"[+-]?([0-9]+)(?:\.([0-9]+))?")


def midnight(day: date) -> datetime:
    """00:00 UTC of a date."""
    return datetime(day.year, day.month, day.day)


def to_date(text: str) -> date:
    """Read `YYYY-MM-DD`."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _offset(text: str | None) -> timedelta:
    """The distance from UTC of `Z`, `±hh`, `±hhmm` or `±hh:mm`."""
    if text is None or text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or "0")
    if hours > 23 or minutes > 59:
        raise ValueError(text)
    size = timedelta(hours=hours, minutes=minutes)
    return -size if text[0] == "-" else size


def to_time(text: str) -> datetime:
    """Read a timestamp as naive UTC; beyond microseconds is cut."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day, hour, minute, second, fraction, offset = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    clock = (int(hour or 0), int(minute or 0), int(second or 0), micros)
    local = datetime.combine(to_date(day), datetime.min.time()).replace(
        hour=clock[0], minute=clock[1], second=clock[2], microsecond=clock[3]
    )
    try:
        return local - _offset(offset)
    except OverflowError as error:
        raise ValueError(text) from error


def _number(digits_before: int, digits_after: int) -> Callable[[str], Decimal]:
    """A reader of decimals with at most so many digits around the dot."""

    def read(text: str) -> Decimal:
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise ValueError(text)
        before, after = match[1].lstrip("0"), (match[2] or "").rstrip("0")
        if len(before) > digits_before or len(after) > digits_after:
            raise ValueError(text)
        return Decimal(text)

    return read


def to_rate(text: str) -> Decimal:
    """A rate from 0 to 1."""
    rate = _number(1, 10)(text)
    if not 0 <= rate <= 1:
        raise ValueError(text)
    return rate


def to_fx_rate(text: str) -> Decimal:
    """An exchange rate, above 0."""
    rate = _number(7, 10)(text)
    if rate <= 0:
        raise ValueError(text)
    return rate


def to_integer(text: str) -> int:
    """A whole number with an optional sign."""
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def to_bool(text: str) -> bool:
    """true/false/1/0/yes/no in any case."""
    if text.lower() in ("true", "1", "yes"):
        return True
    if text.lower() in ("false", "0", "no"):
        return False
    raise ValueError(text)


def _as_is(text: str) -> str:
    return text


READERS: dict[str, Callable[[str], Any]] = {
    "text": _as_is,
    "click_id": _as_is,
    "currency": str.upper,
    "lower": str.lower,
    "time": to_time,
    "date": to_date,
    "amount": _number(12, 6),
    "refund": _number(12, 6),
    "quantity": _number(9, 6),
    "cost": _number(9, 6),
    "rate": to_rate,
    "fx": to_fx_rate,
    "integer": to_integer,
    "bool": to_bool,
}

NEVER_NEGATIVE = ("quantity", "refund")
