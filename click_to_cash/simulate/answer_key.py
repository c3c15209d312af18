"""The answer key: which click each conversion is credited to, and what it is worth.

Computed from the simulated world and the dirt planted in it, by the rules of the
business and never by the SQL that it checks. Clicks are compared as rows of the world,
not as text: an ID is found exactly where it is spelled as the export spells it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import DAY, WINDOW, Rates
from click_to_cash.simulate.clicks import GBRAID, TYPE_RANK, TYPES, Clicks
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.crm import FILL_WINDOW, Change, Deals
from click_to_cash.simulate.dice import Flags, Ints
from click_to_cash.simulate.leads import FormFills
from click_to_cash.simulate.shop import Orders, Refunds
from click_to_cash.simulate.traces import EXACT, LOWERED, NONE, Mention

SOURCES = ("own_click_id", "own_url", "form_click_id", "form_url", "visitor")
REASONS = (
    "no_click_id",
    "click_not_found",
    "aggregate_click_id",
    "click_after_conversion",
    "click_outside_window",
)
NO_ID, NOT_FOUND, AGGREGATE, AFTER, OUTSIDE = range(len(REASONS))
STAGE_POSITIONS = {
    "qualified": 1,
    "proposal": 2,
    "negotiation": 3,
    "won": 4,
    "lost": 5,
    "signed": 6,
}


@dataclass(frozen=True)
class Credit:
    """click is a row of Clicks or -1; source and reason are -1 where not given."""

    click: Ints
    source: Ints
    reason: Ints


def credit(
    clicks: Clicks, anchor: Ints, mentions: Sequence[Mention | None], visitor: Ints
) -> Credit:
    """Rules 13 and 14 for conversions at `anchor` (UTC seconds).

    mentions are the click IDs in the order of SOURCES without its last, None for a
    source that these conversions do not have; visitor is -1 where unknown.
    """
    n = len(anchor)
    click = np.full(n, NONE, np.int64)
    source = np.full(n, -1, np.int64)
    reason = np.full(n, NO_ID, np.int64)
    has_id = np.zeros(n, np.bool_)
    for number, mention in enumerate(mentions):
        if mention is None:
            continue
        present = mention.click != NONE
        fault = _faults(clicks, anchor, mention)
        wins = present & (fault < 0) & (click < 0)
        click = np.where(wins, mention.click, click)
        source = np.where(wins, number, source)
        reason = np.where(present & ~has_id, fault, reason)
        has_id |= present
    seen = _latest_click(clicks, visitor, anchor)
    wins = (seen >= 0) & (click < 0)
    click = np.where(wins, seen, click)
    source = np.where(wins, len(SOURCES) - 1, source)
    return Credit(click, source, np.where(click >= 0, -1, reason))


def _faults(clicks: Clicks, anchor: Ints, mention: Mention) -> Ints:
    """Why each mentioned click cannot be credited; -1 where it can."""
    row = np.maximum(mention.click, 0)
    spelled = np.where(clicks.is_lowered[row], LOWERED, EXACT)
    typed = (mention.type == NONE) | (mention.type == clicks.type[row])
    known = clicks.is_known[row] & (mention.click >= 0) & typed
    known &= mention.spelling == spelled
    age = anchor - clicks.clicked_at[row]
    missing = np.where(mention.type >= GBRAID, AGGREGATE, NOT_FOUND)
    fault = np.where(age > WINDOW, OUTSIDE, -1)
    fault = np.where(age < 0, AFTER, fault)
    return np.where(known, fault, missing)


def _latest_click(clicks: Clicks, visitor: Ints, anchor: Ints) -> Ints:
    """The latest known click of each visitor up to the anchor, within the window."""
    rows = np.flatnonzero(clicks.is_known & clicks.has_visitor)
    if len(rows) == 0:
        return np.full(len(visitor), NONE, np.int64)
    scale = np.int64(1) << np.int64(34)
    key = clicks.visitor[rows] * scale + clicks.clicked_at[rows]
    rows = rows[np.argsort(key, kind="stable")]
    rows = _ties_in_order(clicks, rows)
    key = clicks.visitor[rows] * scale + clicks.clicked_at[rows]
    wanted = np.maximum(visitor, 0) * scale + anchor
    place = np.searchsorted(key, wanted, side="right") - 1
    row = rows[np.maximum(place, 0)]
    valid = (place >= 0) & (visitor >= 0) & (clicks.visitor[row] == visitor)
    valid &= anchor - clicks.clicked_at[row] <= WINDOW
    return np.where(valid, row, NONE)


def _ties_in_order(clicks: Clicks, rows: Ints) -> Ints:
    """Of one visitor's clicks in one instant, the one that counts comes last."""
    visitor, at = clicks.visitor[rows], clicks.clicked_at[rows]
    equal = (visitor[1:] == visitor[:-1]) & (at[1:] == at[:-1])
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place in sorted(
        {p + k for p in np.flatnonzero(equal).tolist() for k in (0, 1)}
    ):
        groups[int(visitor[place]), int(at[place])].append(place)
    ordered = rows.copy()
    for places in groups.values():
        ids = delivered_ids(clicks, rows[places]).to_pylist()
        ranks = TYPE_RANK[clicks.type[rows[places]]].tolist()
        best_last = sorted(
            zip(ranks, ids, rows[places].tolist(), strict=True), reverse=True
        )
        ordered[places] = [row for _, _, row in best_last]
    return ordered


def delivered_ids(clicks: Clicks, rows: Ints) -> Text:
    """Click IDs as ad_clicks holds them; blank at -1."""
    text = col.take(clicks.click_id, rows)
    is_lowered = (rows >= 0) & clicks.is_lowered[rows]
    return col.rewritten(text, is_lowered, pc.utf8_lower)


def linked_fills(deals: Deals, fills: FormFills) -> Ints:
    """The form fill of each deal by rule 12, a row of FormFills or -1."""
    named = deals.named_fill
    by_id = np.where((named >= 0) & fills.counts[named], named, NONE)
    rows = np.flatnonzero(fills.counts & fills.has_email)
    scale = np.int64(1) << np.int64(34)
    text_order = np.argsort(np.argsort(np.array(fills.form_fill_id.to_pylist())))
    # Of two in one second the lowest ID counts: it comes last.
    order = np.lexsort(
        (-text_order[rows], fills.submitted_at[rows], fills.person[rows])
    )
    rows = rows[order]
    if len(rows) == 0:
        return by_id
    key = fills.person[rows] * scale + fills.submitted_at[rows]
    wanted = np.maximum(deals.email_person, 0) * scale + deals.created_at
    place = np.searchsorted(key, wanted, side="right") - 1
    row = rows[np.maximum(place, 0)]
    valid = (place >= 0) & (deals.email_person >= 0)
    valid &= fills.person[row] == deals.email_person
    valid &= deals.created_at - fills.submitted_at[row] <= FILL_WINDOW
    return np.where(by_id >= 0, by_id, np.where(valid, row, NONE))


def order_values(orders: Orders, refunds: Refunds, rates: Rates) -> Ints:
    """Net revenue of every order now, USD cents: each entry rounded on its own."""
    n = len(orders.number)
    net = orders.goods - orders.discount
    # An order without a rate is no conversion: what it is worth is never read.
    currency = np.where(orders.is_accepted, orders.currency, 0)
    placed = rates.to_usd(net, currency, orders.ordered_at // DAY)
    row = refunds.order
    given = rates.to_usd(-refunds.amount, currency[row], refunds.refunded_at // DAY)
    is_cancelled = orders.cancelled_at >= 0
    before = ~is_cancelled[row] | (refunds.refunded_at <= orders.cancelled_at[row])

    def total(amounts: Ints, which: Flags) -> Ints:
        sums = np.bincount(row[which], weights=amounts[which], minlength=n)
        return sums.astype(np.int64)

    booked = placed + total(given, before)
    left = net - total(refunds.amount, before)
    # A cancellation takes back what was booked, unless nothing was left to take.
    taken_back = np.where(is_cancelled & (left >= 0), booked, 0)
    return booked - taken_back + total(given, ~before)


def deal_values(deals: Deals, rates: Rates) -> Ints:
    """Won value of every deal now, USD cents."""
    history: dict[int, list[Change]] = defaultdict(list)
    for change in deals.changes:
        history[change.deal].append(change)
    values = np.zeros(len(deals.number), np.int64)
    for deal in np.flatnonzero(deals.is_accepted & ~deals.is_deleted).tolist():
        currency = int(deals.currency[deal])
        won = "signed" if deals.is_partner[deal] else "won"
        on_deal = max(deals.amount[deal], 0)
        if deals.has_history[deal]:
            values[deal] = _replayed(history[deal], on_deal, won, currency, rates)
        elif deals.stage[deal] == won:
            closed_at = deals.closed_at[deal]
            at = closed_at if closed_at >= 0 else int(deals.created_at[deal])
            values[deal] = _usd(on_deal, currency, at, rates)
    return values


def _usd(cents: int, currency: int, at: int, rates: Rates) -> int:
    day = at // DAY - rates.first_day
    top, bottom = int(rates.top[currency, day]), int(rates.bottom[currency, day])
    size = (2 * abs(cents) * top + bottom) // (2 * bottom)
    return size if cents >= 0 else -size


def _replayed(
    history: Sequence[Change], on_deal: int, won: str, currency: int, rates: Rates
) -> int:
    """The revenue entries of one deal, added up: differences of believed states in the
    order in which they became known (rule 5 and the fine print on deals).
    """

    def position(change: Change) -> int:
        return STAGE_POSITIONS.get(change.stage, 0)

    named = any(change.amount is not None for change in history)
    known: list[Change] = []
    was_won, old, booked = False, 0, 0
    for change in sorted(
        history, key=lambda c: (c.known_at, c.changed_at, position(c), c.stage)
    ):
        known.append(change)
        known.sort(key=lambda c: (c.changed_at, c.known_at, position(c), c.stage))
        amounts = [c.amount for c in known if c.amount is not None]
        amount = (amounts[-1] if amounts else 0) if named else on_deal
        is_won = known[-1].stage == won
        if is_won and not was_won:
            booked += _usd(amount, currency, change.changed_at, rates)
        elif was_won and not is_won:
            booked = 0
        elif is_won:
            booked += _usd(amount - old, currency, change.changed_at, rates)
        was_won, old = is_won, amount
    return booked


def conversions(
    clicks: Clicks,
    orders: Orders,
    refunds: Refunds,
    fills: FormFills,
    deals: Deals,
    rates: Rates,
) -> tuple[Table, dict[str, int]]:
    """The table of all conversions, and totals over it (counts and USD cents)."""
    fill = linked_fills(deals, fills)
    has_fill = fill >= 0
    order_credit = credit(
        clicks,
        orders.ordered_at,
        (orders.trace.own, orders.trace.url),
        orders.trace.visitor,
    )
    fill_credit = credit(
        clicks,
        fills.submitted_at,
        (fills.trace.own, fills.trace.url),
        fills.trace.visitor,
    )
    deal_credit = credit(
        clicks,
        np.where(has_fill, fills.submitted_at[fill], deals.created_at),
        (deals.own, None, fills.trace.own.of(fill), fills.trace.url.of(fill)),
        np.where(has_fill, fills.trace.visitor[fill], NONE),
    )
    revenue = order_values(orders, refunds, rates)
    won = deal_values(deals, rates)
    tables: list[Table] = []
    totals: dict[str, int] = {}
    for kind, ids, world, given, value in (
        ("order", orders.order_id, orders, order_credit, revenue),
        ("form_fill", fills.form_fill_id, fills, fill_credit, None),
        ("deal", deals.deal_id, deals, deal_credit, won),
    ):
        n, came_by = len(ids), world.came_by
        nothing = col.same(None, n)
        worth = nothing if value is None else col.fixed_point(value)
        rows = {
            "conversion_type": col.same(kind, n),
            "conversion_id": ids,
            "true_click_id_type": _types(clicks, came_by),
            "true_click_id": col.take(clicks.click_id, came_by),
            "credited_click_id_type": _types(clicks, given.click),
            "credited_click_id": delivered_ids(clicks, given.click),
            "match_status": col.label(
                (given.click >= 0).astype(np.int64), ["unattributed", "matched"]
            ),
            "match_source": col.label(given.source, SOURCES),
            "match_reason": col.label(given.reason, REASONS),
            "net_revenue": worth if kind == "order" else nothing,
            "won_value": worth if kind == "deal" else nothing,
        }
        tables.append(col.chosen(rows, world.counts))
        totals |= _counted(kind, world.counts, came_by, given)
        if value is not None:
            totals |= _summed(kind, world.counts, came_by, given, value)
    totals["won_deal_count"] = int((deals.counts & _is_won(deals)).sum())
    totals["orders_net_revenue"] = int(revenue[orders.counts].sum())
    totals["deals_won_value"] = int(won[deals.counts].sum())
    return col.stacked(*tables), totals


def _is_won(deals: Deals) -> Flags:
    stage = np.array(deals.stage)
    won = np.where(deals.is_partner, stage == "signed", stage == "won")
    return np.asarray(won & ~deals.is_deleted)


def _types(clicks: Clicks, rows: Ints) -> Text:
    return col.label(np.where(rows >= 0, clicks.type[rows], -1), TYPES)


def _counted(kind: str, counts: Flags, came_by: Ints, given: Credit) -> dict[str, int]:
    """How many there are, were matched, truly have a click, and lost it to dirt."""
    true = counts & (came_by >= 0)
    count = f"{kind}_count"
    return {
        count: int(counts.sum()),
        f"matched_{count}": int((counts & (given.click >= 0)).sum()),
        f"true_click_{count}": int(true.sum()),
        f"lost_to_dirt_{count}": int((true & (given.click != came_by)).sum()),
    }


def _summed(
    kind: str, counts: Flags, came_by: Ints, given: Credit, value: Ints
) -> dict[str, int]:
    """USD cents by what became of the true click.

    Lost to dirt is what has a true click and is not credited to it, be it credited to
    none or to another; clicks beyond the window or after the conversion are among it.
    """
    matched = counts & (given.click >= 0)
    true = counts & (came_by >= 0)
    found = true & (given.click == came_by)
    parts = {
        "matched": matched,
        "unattributed": counts & ~matched,
        "with_true_click": true,
        "credited_to_true_click": found,
        "lost_to_dirt": true & ~found,
        "credited_to_another_click": matched & true & ~found,
        "credited_without_true_click": matched & ~true,
    }
    return {f"{kind}_value_{k}": int(value[rows].sum()) for k, rows in parts.items()}
