"""Accounts, campaigns, products, exchange rates and visits, as delivered."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import (
    ACCOUNTS,
    CAMPAIGNS,
    DAY,
    PRODUCTS,
    UNLISTED,
    Rates,
    World,
)
from click_to_cash.simulate.columns import Table
from click_to_cash.simulate.leads import FormFills
from click_to_cash.simulate.people import emails
from click_to_cash.simulate.shop import Orders

# Rows of these tables that are rejected, by hand below.
REJECTED = {
    "ad_accounts": 0,
    "campaigns": 1,
    "products": 0,
    "deal_stages": 0,
    "fx_rates": 1,
    "web_sessions": 1,
}


def _text(values: list[str | None]) -> col.Text:
    return pa.array(values, pa.string())


def accounts(world: World) -> Table:
    """ad_accounts, one of them delivered again under its present name."""
    began = str(col.minute(np.array([world.first_day * DAY]))[0])
    rows: Table = {
        "platform": _text([a.platform for a in ACCOUNTS]),
        "account_id": _text([a.account_id for a in ACCOUNTS]),
        "account_name": _text([a.account_name for a in ACCOUNTS]),
        "currency_code": _text([a.currency for a in ACCOUNTS]),
        "time_zone": _text([a.time_zone for a in ACCOUNTS]),
        "loaded_at": _text([began] * len(ACCOUNTS)),
    }
    last = {name: column.slice(len(ACCOUNTS) - 1) for name, column in rows.items()}
    older = col.changed(last, account_name="Oakline (new)", loaded_at=None)
    return col.stacked(rows, older)


def campaigns(world: World) -> Table:
    """campaigns without the unlisted one; the newest row of one cannot be read."""
    listed = [c for c in CAMPAIGNS if c.campaign_id != UNLISTED]
    began = str(col.minute(np.array([world.first_day * DAY]))[0])
    rows: Table = {
        "platform": _text([ACCOUNTS[c.account].platform for c in listed]),
        "account_id": _text([ACCOUNTS[c.account].account_id for c in listed]),
        "campaign_id": _text([c.campaign_id for c in listed]),
        "campaign_name": _text([c.campaign_name for c in listed]),
        "channel_type": _text([c.channel_type for c in listed]),
        "business_model": _text([c.business_model for c in listed]),
        "ecommerce_spend_share": _text([c.share for c in listed]),
        "bidding_strategy": _text([c.bidding_strategy for c in listed]),
        "loaded_at": _text([began] * len(listed)),
    }
    mixed = np.array([c.line == "mixed" for c in listed])
    later = str(col.minute(np.array([(world.first_day + 30) * DAY]))[0])
    broken = col.changed(
        col.chosen(rows, mixed), ecommerce_spend_share="70%", loaded_at=later
    )
    older = col.changed(
        col.chosen(rows, mixed), ecommerce_spend_share="0.5", loaded_at=None
    )
    return col.stacked(rows, older, broken)


def products() -> Table:
    """products; some have no unit cost."""
    costs = [p.unit_cost for p in PRODUCTS]
    return {
        "product_id": _text([p.product_id for p in PRODUCTS]),
        "product_name": _text([p.product_name for p in PRODUCTS]),
        "category": _text([p.category for p in PRODUCTS]),
        "brand": _text([p.brand for p in PRODUCTS]),
        "unit_cost": col.blank(
            col.fixed_point(np.array([c or 0 for c in costs])),
            np.array([c is None for c in costs]),
        ),
    }


def fx_rates(rates: Rates) -> Table:
    """EUR to USD, and of pounds only the inverse pair; nothing on weekends."""
    day = rates.first_day + np.arange(len(rates.quoted))
    pairs = (
        ("EUR", "USD", rates.top[1]),
        ("USD", "GBP", rates.bottom[2]),
    )
    parts: list[Table] = []
    for source, target, rate in pairs:
        rows: Table = {
            "rate_date": col.calendar_date(day),
            "from_currency_code": col.same(source, len(day)),
            "to_currency_code": col.same(target, len(day)),
            "rate": col.fixed_point(rate, 5),
        }
        parts.append(col.chosen(rows, rates.quoted))
    first = {name: column.slice(0, 1) for name, column in parts[0].items()}
    return col.stacked(*parts, first, col.changed(first, rate="n/a"))


def web_sessions(world: World, orders: Orders, fills: FormFills) -> Table:
    """Visits that ended in an order or a form fill, as far as consent goes."""
    dice = world.dice("sessions")
    visitor = np.concatenate([orders.trace.visitor, fills.trace.visitor])
    person = np.concatenate([orders.person, fills.person])
    ended = np.concatenate([orders.ordered_at, fills.submitted_at])
    rows = np.flatnonzero((visitor >= 0) & dice.some(len(visitor), 400))
    if len(rows) == 0:
        rows = np.arange(1)
    visitor, person, ended = np.maximum(visitor[rows], 0), person[rows], ended[rows]
    n = len(rows)
    started = ended - dice.between(n, 40, 1_500)
    pages = ["https://oakline.example/", "https://oakline.example/q", None]
    referrers = ["https://news.example/", None, None]
    table: Table = {
        "session_id": col.numbered("S", 1_001 + np.arange(n)),
        "visitor_id": col.numbered("v", visitor),
        "started_at": col.moment(started),
        "landing_page_url": col.label(dice.below(n, len(pages)), pages),
        "referrer_url": col.label(dice.below(n, len(referrers)), referrers),
        "email": col.blank(emails(dice, person), dice.some(n, 600)),
        "loaded_at": col.minute(col.morning_after(started)),
    }
    first = {name: column.slice(0, 1) for name, column in table.items()}
    broken = col.changed(first, session_id="S1", started_at="noon")
    return col.stacked(table, broken)
