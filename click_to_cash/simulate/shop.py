"""The online shop: orders, their lines and refunds, and the shop's export of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import (
    CHF,
    CURRENCIES,
    DAY,
    EUR,
    GBP,
    PRODUCTS,
    USD,
    WINDOW,
    World,
)
from click_to_cash.simulate.clicks import SHOP, Clicks, of_campaigns
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.dice import Dice, Flags, Ints
from click_to_cash.simulate.people import browsers, consents, emails, phones
from click_to_cash.simulate.traces import Trace, leave_traces

HOUR = 3_600
NO_TIME = -1
# Seconds from click to order at equal steps of probability: most buy within the hour,
# a few after the window of 90 days.
# fmt: off
TO_ORDER = (60, 240, 420, 700, 1_100, 1_800, 3 * HOUR, 9 * HOUR, DAY, 2 * DAY,
            3 * DAY, 5 * DAY, 8 * DAY, 14 * DAY, 24 * DAY, 44 * DAY, 104 * DAY)
# fmt: on


@dataclass(frozen=True)
class Orders:
    """One row per order that the shop holds, in order of time.

    Money in cents of the order's currency: goods is the sum of the accepted lines,
    discount that on the whole order. cancelled_at is NO_TIME unless cancelled.
    is_accepted is False for orders that the rules reject; came_by is the click that
    truly led to the order, -1 for none.
    """

    number: Ints
    came_by: Ints
    person: Ints
    ordered_at: Ints
    currency: Ints
    goods: Ints
    discount: Ints
    cancelled_at: Ints
    is_test: Flags
    is_accepted: Flags
    trace: Trace

    @property
    def order_id(self) -> Text:
        return col.numbered("O", self.number)

    @property
    def counts(self) -> Flags:
        """Which of them are conversions."""
        return self.is_accepted & ~self.is_test


@dataclass(frozen=True)
class Lines:
    """One row per line of an order; order is a row of Orders."""

    order: Ints
    product: Ints
    quantity: Ints
    unit_price: Ints
    discount: Ints


@dataclass(frozen=True)
class Refunds:
    """One row per readable refund; line is a row of Lines or -1, quantity -1 blank."""

    order: Ints
    line: Ints
    refunded_at: Ints
    amount: Ints
    quantity: Ints


@dataclass(frozen=True)
class Shop:
    """What happened in the shop, its raw tables, and their rejected rows."""

    orders: Orders
    refunds: Refunds
    tables: dict[str, Table]
    rejected: dict[str, int]


def make_shop(world: World, clicks: Clicks, leads: tuple[Ints, Ints, Ints]) -> Shop:
    """Run the shop. leads are person, came_by and submitted_at of earlier form fills,
    some of whose senders become customers.
    """
    dice = world.dice("orders")
    came_by, person, ordered_at = _who_buys(world, dice, clicks, leads)
    n = len(came_by)
    currency = _currencies(dice, clicks, came_by)
    is_test = dice.some(n, 5)
    currency = np.where(is_test & (currency == CHF), USD, currency)
    is_broken = dice.some_of(~is_test & (currency != CHF), 3)
    viewed = np.where(came_by >= 0, clicks.product[came_by], -1)
    lines = _make_lines(dice, n, currency, viewed)
    net = lines.quantity * lines.unit_price - lines.discount
    goods = np.bincount(lines.order, weights=net, minlength=n).astype(np.int64)
    discount = np.where(dice.some(n, 90), goods * dice.between(n, 5, 15) // 100, 0)
    discount = np.where(goods == 0, 300, discount)
    # A voucher worth more than what is left in the basket.
    discount = np.where(dice.some_of(discount > 0, 10), goods + 500, discount)
    cancelled_at = ordered_at + dice.between(n, HOUR, 4 * DAY)
    is_cancelled = dice.some(n, 35) & (cancelled_at < world.until)
    orders = Orders(
        number=1_001 + np.arange(n),
        came_by=came_by,
        person=person,
        ordered_at=ordered_at,
        currency=currency,
        goods=goods,
        discount=discount,
        cancelled_at=np.where(is_cancelled, cancelled_at, NO_TIME),
        is_test=is_test,
        is_accepted=(currency != CHF) & ~is_broken,
        trace=leave_traces(
            dice, clicks, came_by, ordered_at, person, f"{SHOP}checkout"
        ),
    )
    refunds = _make_refunds(world, dice, orders, lines)
    export = world.dice("shop export")
    order_rows, rejected_orders = _export_orders(export, orders, is_broken)
    line_rows, rejected_lines = _export_lines(export, orders, lines)
    refund_rows, rejected_refunds = _export_refunds(export, orders, refunds)
    return Shop(
        orders,
        refunds,
        {"orders": order_rows, "order_lines": line_rows, "refunds": refund_rows},
        {
            "orders": rejected_orders,
            "order_lines": rejected_lines,
            "refunds": rejected_refunds,
        },
    )


def _who_buys(
    world: World, dice: Dice, clicks: Clicks, leads: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    """came_by, person and ordered_at of every order, by time."""
    total = max(world.clicks * world.boost // 2_000, 3)
    by_click = total * 84 // 100
    by_lead = min(total * 6 // 100 + 1, len(leads[0]))
    organic = max(total - by_click - by_lead, 1)

    weights = of_campaigns("orders")[clicks.campaign]
    click = dice.weighted(by_click, weights)
    delay = dice.quantiles(by_click, TO_ORDER)
    # The shop's clock and that of the platform disagree by minutes now and then; the
    # first and the last second of the window belong to it.
    odd = dice.shares(by_click, (985, 5, 2, 4, 4))
    delay = np.where(odd == 1, -dice.between(by_click, 5, 400), delay)
    delay = np.where(odd == 2, 0, delay)
    delay = np.where(odd == 3, WINDOW, delay)
    delay = np.where(odd == 4, WINDOW + 1, delay)

    # Leads that become customers: they come back without a new click.
    lead = dice.shuffled(len(leads[0]))[:by_lead]
    span = world.until - world.first_day * DAY
    came_by = np.concatenate(
        [click, leads[1][lead], np.full(organic, -1, dtype=np.int64)]
    )
    person = np.concatenate(
        [
            clicks.visitor[click],
            leads[0][lead],
            world.clicks + dice.below(organic, world.clicks),
        ]
    )
    at = np.concatenate(
        [
            clicks.clicked_at[click] + delay,
            leads[2][lead] + dice.between(len(lead), DAY, 50 * DAY),
            world.first_day * DAY + dice.below(organic, span),
        ]
    )
    order = np.argsort(at, kind="stable")
    order = order[at[order] < world.until]
    return came_by[order], person[order], at[order]


def _currencies(dice: Dice, clicks: Clicks, came_by: Ints) -> Ints:
    """Customers pay in their own money; Swiss francs have no rate."""
    n = len(came_by)
    is_european = np.where(
        came_by >= 0,
        np.isin(clicks.account[came_by], (1, 2)),
        dice.chance(n, 400),
    )
    europe = np.array([EUR, GBP])[dice.shares(n, (800, 200))]
    return np.where(dice.some(n, 3), CHF, np.where(is_european, europe, USD))


def _make_lines(dice: Dice, n: int, currency: Ints, viewed: Ints) -> Lines:
    """One to three lines an order; the rare order without any keeps its discount."""
    count = 1 + dice.shares(n, (640, 270, 90))
    count[dice.some_of(currency != CHF, 2)] = 0
    order = np.repeat(np.arange(n), count)
    m = len(order)
    product = dice.weighted(m, np.array([p.weight for p in PRODUCTS]))
    # Who clicked on a product in a shopping ad mostly buys that one.
    is_first = order != np.roll(order, 1)
    wants = is_first & (viewed[order] >= 0) & dice.chance(m, 700)
    product = np.where(wants, viewed[order], product)
    price = np.array([p.price for p in PRODUCTS])[product]
    quantity = 1 + dice.shares(m, (820, 140, 40))
    # An item taken out after the order is re-delivered with a quantity of 0.
    can_go = ~is_first & (currency[order] != CHF)
    taken_out = dice.some_of(can_go, 15)
    quantity = np.where(taken_out, 0, quantity)
    reduced = dice.some(m, 90) & ~taken_out
    discount = np.where(reduced, price * quantity * dice.between(m, 5, 30) // 100, 0)
    return Lines(order, product, quantity, price, discount)


def _make_refunds(world: World, dice: Dice, orders: Orders, lines: Lines) -> Refunds:
    """Goods sent back, whole orders made good, and a few refunds that are too large."""
    m = len(lines.order)
    left = lines.quantity * lines.unit_price - lines.discount
    by_line = np.flatnonzero(dice.some(m, 55) & (left > 0))
    one = np.maximum(lines.quantity[by_line], 1)
    partly = dice.chance(len(by_line), 400)
    quantity = np.where(partly, 1, one)
    amount = np.where(partly, left[by_line] // one, left[by_line])
    quantity = np.where(dice.some(len(by_line), 200), -1, quantity)

    goods = orders.goods - orders.discount
    by_order = np.flatnonzero(dice.some(len(orders.number), 30) & (goods > 0))
    per_cent = np.array([10, 20, 50, 100, 130])
    share = per_cent[dice.shares(len(by_order), (400, 300, 150, 110, 40))]

    order = np.concatenate([lines.order[by_line], by_order])
    line = np.concatenate([by_line, np.full(len(by_order), -1, dtype=np.int64)])
    # A clerk picks the line of another order: it counts as naming none.
    wrong = dice.some_of(line >= 0, 10)
    line = np.where(wrong, (line + m // 2) % max(m, 1), line)
    at = orders.ordered_at[order] + dice.between(len(order), DAY // 2, 35 * DAY)
    # A few come on the very second of the cancellation: they count as before it.
    with_cancel = dice.some(len(order), 100) & (orders.cancelled_at[order] > 0)
    at = np.where(with_cancel, orders.cancelled_at[order], at)
    refunds = Refunds(
        order=order,
        line=line,
        refunded_at=at,
        amount=np.concatenate([amount, goods[by_order] * share // 100]),
        quantity=np.concatenate([quantity, np.full(len(by_order), -1)]),
    )
    in_order = np.argsort(at, kind="stable")
    kept = in_order[at[in_order] < world.until]
    return Refunds(
        refunds.order[kept],
        refunds.line[kept],
        refunds.refunded_at[kept],
        refunds.amount[kept],
        refunds.quantity[kept],
    )


def _loaded(dice: Dice, at: Ints, blank_per_mille: int = 30) -> tuple[Ints, Flags]:
    """The morning after, and for which rows the loader does not say."""
    return col.morning_after(at), dice.some(len(at), blank_per_mille)


def _export_orders(dice: Dice, orders: Orders, is_broken: Flags) -> tuple[Table, int]:
    n = len(orders.number)
    loaded, unsaid = _loaded(dice, np.maximum(orders.ordered_at, orders.cancelled_at))
    cancelled = orders.cancelled_at > 0
    net = np.maximum(orders.goods - orders.discount, 0)
    countries = ("US", "DE", "GB", "CH")
    # Shops write local time with its offset; the instant is the same.
    offset = dice.some(n, 250)
    local = col.moment(orders.ordered_at - 5 * HOUR, "-05:00")
    rows: Table = {
        "order_id": orders.order_id,
        "customer_id": col.numbered("C", orders.person),
        "email": col.blank(emails(dice, orders.person), dice.some(n, 40)),
        "phone": phones(dice, orders.person),
        "ordered_at": col.instead(col.moment(orders.ordered_at), offset, local),
        "currency_code": col.rewritten(
            col.label(orders.currency, CURRENCIES), dice.some(n, 20), pc.utf8_lower
        ),
        "discount_amount": col.blank(
            col.fixed_point(orders.discount), orders.discount == 0
        ),
        "tax_amount": col.fixed_point(net * 8 // 100),
        "shipping_amount": col.fixed_point(np.where(net < 5_000, 590, 0)),
        "click_id": orders.trace.click_id,
        "click_id_type": orders.trace.click_id_type,
        "landing_page_url": orders.trace.page_url,
        "visitor_id": orders.trace.visitor_id,
        "country_code": col.label(orders.currency, countries),
        "cancelled_at": col.blank(
            col.moment(np.maximum(orders.cancelled_at, 0)), ~cancelled
        ),
        "is_test": col.instead(col.same(None, n), orders.is_test, "true"),
        "consent_ad_user_data": consents(dice, n),
        "consent_ad_personalization": consents(dice, n),
        "user_agent": browsers(orders.person),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    rows = col.changed(
        rows, tax_amount=col.instead(rows["tax_amount"], is_broken, "12,50")
    )
    sound = orders.is_accepted
    # A cancelled order was first delivered uncancelled; some discounts came late.
    kind = dice.shares(n, (965, 10, 15, 10))
    same_again = col.chosen(rows, (kind == 1) & sound)
    before_cancel = col.changed(
        rows,
        cancelled_at=None,
        loaded_at=col.minute(col.morning_after(orders.ordered_at)),
    )
    grew_later = cancelled & ~unsaid & sound
    grew_later &= col.morning_after(orders.ordered_at) < loaded
    before_discount = col.changed(rows, discount_amount="1.00", loaded_at=None)
    unreadable = col.changed(
        rows, discount_amount="ten", loaded_at=col.minute(loaded + DAY)
    )
    newest_broken = (kind == 3) & sound
    francs = ~sound & ~is_broken
    table = col.stacked(
        rows,
        same_again,
        col.chosen(before_cancel, grew_later),
        col.chosen(before_discount, (kind == 2) & ~unsaid & sound),
        col.chosen(unreadable, newest_broken),
    )
    return table, int(is_broken.sum() + newest_broken.sum() + francs.sum())


def _export_lines(dice: Dice, orders: Orders, lines: Lines) -> tuple[Table, int]:
    m = len(lines.order)
    loaded, unsaid = _loaded(dice, orders.ordered_at[lines.order])
    cost = np.array([-1 if p.unit_cost is None else p.unit_cost for p in PRODUCTS])
    unit_cost = cost[lines.product] * dice.between(m, 94, 106) // 100
    no_cost = (cost[lines.product] < 0) | dice.some(m, 200)
    rows: Table = {
        "order_line_id": col.numbered("L", 1_001 + np.arange(m)),
        "order_id": col.numbered("O", orders.number[lines.order]),
        "product_id": col.blank(
            col.label(lines.product, [p.product_id for p in PRODUCTS]), dice.some(m, 10)
        ),
        "quantity": col.whole(lines.quantity),
        "unit_price": col.fixed_point(lines.unit_price),
        "discount_amount": col.blank(
            col.fixed_point(lines.discount), lines.discount == 0
        ),
        "unit_cost": col.blank(col.fixed_point(np.maximum(unit_cost, 0)), no_cost),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    # A line that was taken out, or corrected, was first delivered as ordered.
    was_more = ((lines.quantity == 0) | dice.some(m, 6)) & ~unsaid
    corrected = col.chosen(col.changed(rows, quantity="4", loaded_at=None), was_more)
    oddly = dice.shares(m, (992, 2, 2, 2, 2))

    def stray(code: int, prefix: str, **columns: Text | str | None) -> Table:
        picked = col.chosen(rows, oddly == code)
        ids = col.numbered(prefix, np.arange(col.height(picked)))
        return col.changed(picked, order_line_id=ids, **columns)

    negative = stray(1, "LN", quantity="-1")
    unreadable = stray(2, "LU", unit_price="19.9.0")
    nowhere = stray(3, "LM", order_id=None)
    orphans = stray(4, "LX", order_id="O9")
    rejected = sum(map(col.height, (negative, unreadable, nowhere, orphans)))
    not_found = int((~orders.is_accepted[lines.order]).sum())
    table = col.stacked(rows, corrected, negative, unreadable, nowhere, orphans)
    return table, rejected + not_found


def _export_refunds(dice: Dice, orders: Orders, refunds: Refunds) -> tuple[Table, int]:
    k = len(refunds.order)
    loaded, unsaid = _loaded(dice, refunds.refunded_at)
    rows: Table = {
        "refund_id": col.numbered("R", 1_001 + np.arange(k)),
        "order_id": col.numbered("O", orders.number[refunds.order]),
        "order_line_id": col.numbered(
            "L", np.where(refunds.line >= 0, 1_001 + refunds.line, -1)
        ),
        "refunded_at": col.moment(refunds.refunded_at),
        "amount": col.fixed_point(refunds.amount),
        "quantity": col.blank(col.whole(refunds.quantity), refunds.quantity < 0),
        "is_restocked": col.blank(
            col.label(dice.shares(k, (550, 300, 150)), ["yes", "no", None]),
            refunds.line < 0,
        ),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    kind = dice.shares(k, (950, 20, 10, 10, 10))
    corrected = col.chosen(
        col.changed(rows, amount="9.99", loaded_at=None), (kind == 1) & ~unsaid
    )

    def stray(code: int, prefix: str, **columns: Text | str | None) -> Table:
        picked = col.chosen(rows, kind == code)
        ids = col.numbered(prefix, np.arange(col.height(picked)))
        return col.changed(picked, refund_id=ids, **columns)

    negative = stray(2, "RN", amount="-25.00")
    orphans = stray(3, "RX", order_id="O9")
    unreadable = stray(4, "RU", refunded_at="last week")
    rejected = sum(map(col.height, (negative, orphans, unreadable)))
    not_found = int((~orders.is_accepted[refunds.order]).sum())
    table = col.stacked(rows, corrected, negative, orphans, unreadable)
    return table, rejected + not_found
