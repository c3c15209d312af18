"""Raw data of any size, to measure with: a history and the next delivery.

Two years of clicks, a twentieth as many orders and form fills and an eightieth as many
deals. One row in fifty comes twice. The delivery brings a 365th of that (two days), and
2 % of the rows of the thirty days before: half of them late, half a second time and
changed.
"""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import duckdb

PARTS = 24
"""Files of a large table's history."""
HISTORY, DELIVERY = ("history", "restated", "corrected"), ("today", "late")
CHANGES = {
    "ad_clicks": "'desktop' as device, clicked_at - interval 1 second as clicked_at",
    "ad_spend": "cost + 1 as cost",
    "orders": "ordered_at + interval 1 hour as cancelled_at",
    "order_lines": "quantity + 1 as quantity",
    "form_fills": "'b2b' as customer_type",
    "crm_deals": "amount + 100 as amount",
}
"""What rows say that come a second time; those of other tables do not."""


def generate(folder: Path, clicks: int) -> None:
    """Write `folder`/history and `folder`/delivery, if they are not there."""
    if folder.exists():
        return
    begun = folder.with_name(folder.name + "_begun")
    shutil.rmtree(begun, ignore_errors=True)
    connection = duckdb.connect()
    connection.execute(
        f"set timezone = 'UTC'; set variable clicks = {clicks};"
        + Path(__file__).with_suffix(".sql").read_text()
    )
    few = "ad_accounts", "campaigns", "deal_stages", "products", "fx_rates"
    for table in few:
        write(connection, begun / f"history/{table}.parquet", f"from {table}")
    rows = dict.fromkeys(
        (
            *("orders", "order_lines", "refunds"),
            *("form_fills", "crm_deals", "crm_deal_stage_changes"),
        ),
        clicks // 20,
    )
    rows["ad_clicks"] = clicks
    rows["ad_spend"] = max(20, clicks // 50_000) * 5 * 730
    for table, count in rows.items():
        bounds = [count * part // PARTS for part in range(PARTS)]
        # Rows of the two days after the end have numbers beyond it.
        bounds.append(count * 732 // 730)
        for part, (start, stop) in enumerate(pairwise(bounds), 1):
            query = arriving(table, start, stop, HISTORY, again="corrected")
            write(connection, begun / f"history/{table}/{part:02}.parquet", query)
        query = arriving(table, count * 3 // 4, bounds[-1], DELIVERY, again="restated")
        write(connection, begun / f"delivery/{table}/{PARTS + 1:02}.parquet", query)
    begun.rename(folder)


def arriving(
    table: str, start: int, stop: int, first: tuple[str, ...], again: str
) -> str:
    """A query of the rows of these numbers that arrive so, or again."""
    rows = f"from {table}({start}, {stop})"
    query = f"select * exclude arrival {rows} where arrival in {first}"
    if table in CHANGES:
        query += (
            f" union all select * exclude arrival replace ({CHANGES[table]}, "
            "if(arrival = 'corrected', loaded_at + interval 2 day, delivered_at()) "
            f"as loaded_at) {rows} where arrival = '{again}'"
        )
    return query


def write(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    """Write what a query gives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to '{path}' (format parquet)")
