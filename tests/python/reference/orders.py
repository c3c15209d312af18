"""Orders: what was sold, refunded, cancelled, and at what cost (rules 3, 4 and 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from .ledger import Entry, later, profit_of, revenue_of
from .money import ZERO, RateMissing, Rates
from .reading import Row, Tables

BEFORE_COST = ("order_placed", "order_refunded", "order_cancelled")
"""Events whose profit is profit before cost."""


@dataclass(frozen=True)
class Line:
    """One accepted order line, in the order's currency; net is without the order's
    discount."""

    order_line_id: str
    product_id: str | None
    quantity: Fraction
    net: Fraction
    unit_cost: Fraction | None

    @property
    def is_covered(self) -> bool:
        """Whether the line's cost is known."""
        return self.unit_cost is not None

    @property
    def cost(self) -> Fraction:
        """Quantity × unit cost; 0 if not covered."""
        return self.quantity * (self.unit_cost or 0)


def shares(lines: Sequence[Line]) -> list[Fraction]:
    """Each line's share by net price; equal where the net prices add up to 0."""
    whole = sum((line.net for line in lines), Fraction(0))
    if whole == 0:
        return [Fraction(1, len(lines)) for _ in lines]
    return [line.net / whole for line in lines]


@dataclass
class Order:
    """One accepted, non-test order with its lines and ledger entries.

    `left` is what of the net revenue refunds have left so far, in the order's
    currency; `given_back` the quantity of each line that was restocked so far.
    """

    row: Row
    lines: list[Line]
    entries: list[Entry] = field(default_factory=list)
    left: Fraction = Fraction(0)
    given_back: dict[str, Fraction] = field(default_factory=dict)

    @property
    def order_id(self) -> str:
        """The key."""
        order_id: str = self.row["order_id"]
        return order_id

    @property
    def discount(self) -> Fraction:
        """The discount on the whole order."""
        return Fraction(self.row["discount_amount"] or 0)

    @property
    def net_revenue(self) -> Fraction:
        """As sold, in the order's currency."""
        return sum((line.net for line in self.lines), Fraction(0)) - self.discount

    @property
    def covered_net_revenue(self) -> Fraction:
        """Net revenue of the covered lines after their share of the discount."""
        nets = [
            line.net - self.discount * share
            for line, share in zip(self.lines, shares(self.lines), strict=True)
            if line.is_covered
        ]
        return sum(nets, Fraction(0))

    @property
    def covered_share(self) -> Fraction:
        """The share of the covered lines in the order by net price."""
        paired = zip(self.lines, shares(self.lines), strict=True)
        return sum((share for line, share in paired if line.is_covered), Fraction(0))


def _line(row: Row, tables: Tables) -> Line:
    product = tables["products"].accepted.get((row["product_id"],))
    unit_cost = row["unit_cost"]
    if unit_cost is None and product is not None:
        unit_cost = product["unit_cost"]
    quantity = Fraction(row["quantity"])
    discount = Fraction(row["discount_amount"] or 0)
    return Line(
        order_line_id=row["order_line_id"],
        product_id=row["product_id"],
        quantity=quantity,
        net=quantity * Fraction(row["unit_price"]) - discount,
        unit_cost=None if unit_cost is None else Fraction(unit_cost),
    )


def _place(order: Order, rates: Rates) -> None:
    """Book order_placed and cost_booked; RateMissing where they cannot be."""
    ordered_at, currency = order.row["ordered_at"], order.row["currency_code"]
    known_at, day = later(ordered_at, order.row["loaded_at"]), ordered_at.date()
    cost = sum((line.cost for line in order.lines), Fraction(0))
    revenue = rates.convert(order.net_revenue, currency, day)
    profit = rates.convert(order.covered_net_revenue, currency, day)
    booked_cost = rates.convert(-cost, currency, day)
    key = "order", order.order_id
    order.entries = [
        Entry(*key, "order_placed", ordered_at, known_at, revenue, profit),
        Entry(*key, "cost_booked", ordered_at, known_at, profit=booked_cost),
    ]
    order.left = order.net_revenue


def _restocked(order: Order, refund: Row, line: Line | None) -> Fraction:
    """The quantity that a refund puts back on the shelf."""
    if line is None or not refund["is_restocked"]:
        return Fraction(0)
    remaining = line.quantity - order.given_back.get(line.order_line_id, Fraction(0))
    if refund["quantity"] is None:
        return remaining
    return min(Fraction(refund["quantity"]), remaining)


def _refund(order: Order, refund: Row, rates: Rates, is_cancelled: bool) -> None:
    """Book order_refunded and cost_returned; RateMissing where they cannot be."""
    named = {line.order_line_id: line for line in order.lines}
    line = named.get(refund["order_line_id"])
    amount, refunded_at = Fraction(refund["amount"]), refund["refunded_at"]
    covered = order.covered_share if line is None else Fraction(line.is_covered)
    restocked = Fraction(0) if is_cancelled else _restocked(order, refund, line)
    cost = restocked * (line.unit_cost or 0) if line else Fraction(0)

    currency, day = order.row["currency_code"], refunded_at.date()
    revenue = rates.convert(-amount, currency, day)
    profit = rates.convert(-amount * covered, currency, day)
    returned = rates.convert(cost, currency, day)
    known_at = later(refunded_at, refund["loaded_at"])
    line_id = line.order_line_id if line else None
    key = "order", order.order_id
    entry = Entry(*key, "order_refunded", refunded_at, known_at, revenue, profit)
    order.entries.append(replace(entry, order_line_id=line_id))
    if cost != 0:
        entry = Entry(*key, "cost_returned", refunded_at, known_at, profit=returned)
        order.entries.append(replace(entry, order_line_id=line_id))
    if line is not None:
        before = order.given_back.get(line.order_line_id, Fraction(0))
        order.given_back[line.order_line_id] = before + restocked
    order.left -= amount


def _cancel(order: Order, cancelled_at: datetime) -> None:
    """Take back what is left, and all remaining cost."""
    known_at = later(cancelled_at, order.row["loaded_at"])
    sold = [entry for entry in order.entries if entry.event_type in BEFORE_COST]
    costs = [entry for entry in order.entries if entry.event_type not in BEFORE_COST]
    revenue = profit = ZERO
    if order.left >= 0:
        revenue, profit = -revenue_of(sold), -profit_of(sold)
    key = "order", order.order_id
    order.entries += [
        Entry(*key, "order_cancelled", cancelled_at, known_at, revenue, profit),
        Entry(*key, "cost_returned", cancelled_at, known_at, profit=-profit_of(costs)),
    ]
    order.left = Fraction(0)


def _cancelled_at(order: Order, as_of: datetime | None) -> datetime | None:
    """When the order was cancelled, if that was known as of a time."""
    cancelled_at: datetime | None = order.row["cancelled_at"]
    if cancelled_at is None or as_of is None:
        return cancelled_at
    known_at = later(cancelled_at, order.row["loaded_at"])
    return cancelled_at if known_at <= as_of else None


def _settle(
    order: Order,
    refunds: Sequence[Row],
    tables: Tables,
    rates: Rates,
    as_of: datetime | None,
) -> None:
    """Book refunds and the cancellation in the order of their time."""
    cancelled_at = _cancelled_at(order, as_of)
    is_cancelled = False
    for refund in sorted(refunds, key=lambda r: (r["refunded_at"], r["refund_id"])):
        if cancelled_at and not is_cancelled and refund["refunded_at"] > cancelled_at:
            _cancel(order, cancelled_at)
            is_cancelled = True
        left = max(order.left, Fraction(0))
        try:
            _refund(order, refund, rates, is_cancelled)
        except RateMissing:
            tables["refunds"].reject(refund, "amount", "fx_rate_missing")
            continue
        if Fraction(refund["amount"]) > left:
            tables["refunds"].flag(refund, "amount", "over_refund")
    if cancelled_at and not is_cancelled:
        _cancel(order, cancelled_at)


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def accepted_orders(
    tables: Tables, rates: Rates, as_of: datetime | None
) -> list[Order]:
    """Every accepted, non-test order with its entries; rejects what has no rate."""
    lines = _grouped(tables["order_lines"].accepted.values(), "order_id")
    orders = []
    for row in list(tables["orders"].accepted.values()):
        if row["is_test"]:
            continue
        own = sorted(lines.get(row["order_id"], []), key=lambda r: r["order_line_id"])
        order = Order(row, [_line(line, tables) for line in own])
        try:
            _place(order, rates)
        except RateMissing:
            tables["orders"].reject(row, "currency_code", "fx_rate_missing")
            continue
        orders.append(order)

    for name in ("order_lines", "refunds"):
        for row in list(tables[name].accepted.values()):
            if (row["order_id"],) not in tables["orders"].accepted:
                tables[name].reject(row, "order_id", "not_found")
    refunds = _grouped(tables["refunds"].accepted.values(), "order_id")
    for order in orders:
        _settle(order, refunds.get(order.order_id, []), tables, rates, as_of)
    return orders
