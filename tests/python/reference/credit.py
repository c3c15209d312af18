"""Conversions, and which click earned each (rules 11 to 14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clicks import Click, Clicks
from .deals import Deal
from .orders import Order
from .reading import Row, Tables
from .urls import CLICK_ID_TYPES, click_id_in, parameters, type_rank

AGGREGATE_TYPES = ("gbraid", "wbraid")


@dataclass(frozen=True)
class Candidate:
    """A click ID that a conversion carries; the type may be blank."""

    source: str
    click_id_type: str | None
    click_id: str


@dataclass(frozen=True)
class Conversion:
    """An order, form fill or deal with what links it to a click."""

    conversion_type: str
    conversion_id: str
    anchor_at: datetime
    candidates: tuple[Candidate, ...]
    visitor_id: str | None
    customer_type: str | None
    form_fill_id: str | None
    url: str | None


@dataclass(frozen=True)
class Credit:
    """The click that earned a conversion, or the reason for none."""

    match_source: str | None
    match_reason: str | None
    click: Click | None


def _candidates(row: Row, prefix: str, url: str | None) -> tuple[Candidate, ...]:
    """The click IDs of a row itself and of its URL."""
    found = []
    if row["click_id"] is not None:
        source = f"{prefix}_click_id"
        found.append(Candidate(source, row["click_id_type"], row["click_id"]))
    in_url = click_id_in(parameters(url))
    if in_url is not None:
        found.append(Candidate(f"{prefix}_url", *in_url))
    return tuple(found)


def conversions_of(
    orders: Sequence[Order], fills: Sequence[Row], deals: Sequence[Deal], days: int
) -> list[Conversion]:
    """Every conversion; `days` is the window from form fill to deal."""
    found = [_of_order(order.row) for order in orders]
    found += [_of_form_fill(fill) for fill in fills]
    found += [_of_deal(deal.row, fills, days) for deal in deals]
    return found


def _of_order(row: Row) -> Conversion:
    return Conversion(
        conversion_type="order",
        conversion_id=row["order_id"],
        anchor_at=row["ordered_at"],
        candidates=_candidates(row, "own", row["landing_page_url"]),
        visitor_id=row["visitor_id"],
        customer_type=None,
        form_fill_id=None,
        url=row["landing_page_url"],
    )


def _of_form_fill(row: Row) -> Conversion:
    return Conversion(
        conversion_type="form_fill",
        conversion_id=row["form_fill_id"],
        anchor_at=row["submitted_at"],
        candidates=_candidates(row, "own", row["page_url"]),
        visitor_id=row["visitor_id"],
        customer_type=row["customer_type"],
        form_fill_id=row["form_fill_id"],
        url=row["page_url"],
    )


def _of_deal(row: Row, fills: Sequence[Row], days: int) -> Conversion:
    fill = _linked_fill(row, fills, days)
    candidates = _candidates(row, "own", None)
    if fill is not None:
        candidates += _candidates(fill, "form", fill["page_url"])
    return Conversion(
        conversion_type="deal",
        conversion_id=row["deal_id"],
        anchor_at=fill["submitted_at"] if fill else row["created_at"],
        candidates=candidates,
        visitor_id=fill["visitor_id"] if fill else None,
        customer_type=row["customer_type"],
        form_fill_id=fill["form_fill_id"] if fill else None,
        url=fill["page_url"] if fill else None,
    )


def _linked_fill(deal: Row, fills: Sequence[Row], days: int) -> Row | None:
    """The deal's form fill by its ID, else the latest of the same e-mail."""
    for fill in fills:
        if fill["form_fill_id"] == deal["form_fill_id"]:
            return fill
    email = (deal["email"] or "").lower()
    earlier = [
        fill
        for fill in fills
        if email
        and (fill["email"] or "").lower() == email
        and timedelta(0)
        <= deal["created_at"] - fill["submitted_at"]
        <= timedelta(days=days)
    ]
    if not earlier:
        return None
    latest = max(fill["submitted_at"] for fill in earlier)
    tied = [fill for fill in earlier if fill["submitted_at"] == latest]
    return min(tied, key=lambda fill: str(fill["form_fill_id"]))


def _looked_up(candidate: Candidate, clicks: Clicks) -> Click | None:
    """The known click of an ID, under every type where its own is blank."""
    own = candidate.click_id_type
    for click_id_type in CLICK_ID_TYPES if own is None else (own,):
        if (click_id_type, candidate.click_id) in clicks:
            return clicks[click_id_type, candidate.click_id]
    return None


def _objection(click: Click | None, anchor_at: datetime, days: int) -> str | None:
    """Why a click cannot have earned a conversion; None: it can."""
    if click is None:
        return "click_not_found"
    if click.clicked_at > anchor_at:
        return "click_after_conversion"
    if anchor_at - click.clicked_at > timedelta(days=days):
        return "click_outside_window"
    return None


def _visitor_click(conversion: Conversion, clicks: Clicks, days: int) -> Click | None:
    """The latest click of the conversion's visitor inside the window."""
    valid = [
        click
        for click in clicks.values()
        if conversion.visitor_id is not None
        and click.visitor_id == conversion.visitor_id
        and _objection(click, conversion.anchor_at, days) is None
    ]
    if not valid:
        return None
    latest = max(click.clicked_at for click in valid)
    tied = [click for click in valid if click.clicked_at == latest]
    return min(tied, key=lambda c: (type_rank(c.click_id_type), c.click_id))


def credit(conversion: Conversion, clicks: Clicks, days: int) -> Credit:
    """The first valid candidate, else the reason of the first click ID present."""
    reasons: list[str] = []
    for candidate in conversion.candidates:
        click = _looked_up(candidate, clicks)
        reason = _objection(click, conversion.anchor_at, days)
        if reason is None:
            return Credit(candidate.source, None, click)
        if click is None and candidate.click_id_type in AGGREGATE_TYPES:
            reason = "aggregate_click_id"
        reasons.append(reason)
    click = _visitor_click(conversion, clicks, days)
    if click is not None:
        return Credit("visitor", None, click)
    return Credit(None, reasons[0] if reasons else "no_click_id", None)


def accepted_form_fills(tables: Tables) -> list[Row]:
    """Accepted, non-test form fills; rejects attributes of those not accepted."""
    fills, attributes = tables["form_fills"], tables["form_fill_attributes"]
    for row in list(attributes.accepted.values()):
        if (row["form_fill_id"],) not in fills.accepted:
            attributes.reject(row, "form_fill_id", "not_found")
    return [row for row in fills.accepted.values() if not row["is_test"]]
