"""A made-up business in raw tables, with dirt, and the answers to it.

The world happens first, in whole numbers; then every table is exported with the faults
of real exports; then the answer key says what the rules make of it. The same arguments
give the same bytes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from click_to_cash.simulate import answer_key, reference, spend
from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import World, make_rates, make_world
from click_to_cash.simulate.clicks import Clicks, export_clicks, make_clicks
from click_to_cash.simulate.columns import LAYOUT, Table
from click_to_cash.simulate.crm import Deals, export_deals, make_deals
from click_to_cash.simulate.dice import Ints
from click_to_cash.simulate.leads import export_form_fills, make_form_fills
from click_to_cash.simulate.loaders import in_shapes_of_loaders
from click_to_cash.simulate.shop import Orders, make_shop

__all__ = ["simulate"]


def simulate(
    out: Path,
    *,
    seed: int,
    days: int,
    clicks: int,
    file_format: Literal["csv", "parquet"] = "csv",
    start_date: date = date(2025, 1, 1),
    layout: Literal["standard", "fivetran"] = "standard",
) -> None:
    """Write the raw tables of `days` days and `clicks` ad clicks into `out`.

    In the standard layout, or the same world as loaders land it, the tables of each
    connector in a folder of its name (`loaders`); the answer key is the same.

    There are 5 % as many orders, 5 % form fills and 1.25 % deals; up to four times that
    below 100,000 clicks, see `World.boost`. `out/answer_key` holds one row per
    conversion with its true and its credited click, and totals; money in USD. Raises
    ValueError if days or clicks are below 1.
    """
    world = make_world(seed, days, clicks, start_date)
    tables = _tables(world)
    if layout == "fivetran":
        for name, table in in_shapes_of_loaders(tables).items():
            col.write_as_is(out, name, table, file_format)
        return
    for name in LAYOUT:
        col.write(out, name, tables.pop(name), file_format)


def _tables(world: World) -> dict[str, Table]:
    """All raw tables and the two of the answer key."""
    rates = make_rates(world)
    clicks = make_clicks(world)
    fills = make_form_fills(world, clicks)
    own = np.flatnonzero(fills.counts)
    shop = make_shop(
        world,
        clicks,
        (fills.person[own], fills.came_by[own], fills.submitted_at[own]),
    )
    deals = make_deals(world, clicks, fills)
    rejected = dict(reference.REJECTED)
    tables: dict[str, Table] = {
        "ad_accounts": reference.accounts(world),
        "campaigns": reference.campaigns(world),
        "products": reference.products(),
        "fx_rates": reference.fx_rates(rates),
        "web_sessions": reference.web_sessions(world, shop.orders, fills),
        **shop.tables,
    }
    for more, faults in (
        export_form_fills(world, fills),
        export_deals(world, clicks, fills, deals),
    ):
        tables |= more
        rejected |= faults
    rejected |= shop.rejected
    tables["ad_clicks"], rejected["ad_clicks"] = export_clicks(world, clicks)

    sales, value = _claims(clicks, shop.orders, deals)
    bill = spend.make_bill(world, clicks, clicks.ad_group, sales, value)
    by_product = spend.make_bill(world, clicks, clicks.product, sales, value)
    tables["ad_spend"], rejected["ad_spend"] = spend.export_bill(
        world.dice("ad_spend"), bill, "ad_group_id"
    )
    tables["product_spend"], rejected["product_spend"] = spend.export_bill(
        world.dice("product_spend"), by_product, "product_id"
    )

    conversions, totals = answer_key.conversions(
        clicks, shop.orders, shop.refunds, fills, deals, rates
    )
    cents = spend.in_usd(bill, rates)
    money = {
        "spend": int(cents.sum()),
        **{f"spend_{k}": v for k, v in spend.by_line(bill, cents).items()},
        "product_spend": int(spend.in_usd(by_product, rates).sum()),
    }
    tables["answer_key/conversions"] = conversions
    tables["answer_key/totals"] = _totals(money | totals, tables, rejected)
    return tables


def _claims(clicks: Clicks, orders: Orders, deals: Deals) -> tuple[Ints, Ints]:
    """Orders and deals that each click led to, and their amounts: what pixels see."""
    sales = np.zeros(len(clicks), np.int64)
    value = np.zeros(len(clicks), np.int64)
    net = orders.goods - orders.discount
    for came_by, amount in (
        (orders.came_by, net),
        (deals.came_by, np.zeros(len(deals.number), np.int64)),
    ):
        known = came_by >= 0
        np.add.at(sales, came_by[known], 1)
        np.add.at(value, came_by[known], amount[known])
    return sales, value


def _totals(
    totals: dict[str, int], tables: dict[str, Table], rejected: dict[str, int]
) -> Table:
    """One row per measure: money in USD, counts as they are."""
    values = {
        name: f"{number}"
        if name.endswith("_count")
        else str(col.fixed_point(np.array([number]))[0])
        for name, number in totals.items()
    }
    for name in sorted(rejected):
        values[f"raw_rows_{name}"] = str(col.height(tables[name]))
        values[f"rejected_rows_{name}"] = str(rejected[name])
    return {
        "measure": pa.array(list(values), pa.string()),
        "value": pa.array(list(values.values()), pa.string()),
    }
