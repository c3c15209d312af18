"""What single parts cost: the demo with its tests, scores, replays, and an export.

Prints wall and CPU seconds and peak memory, each with dbt's start. A million clicks are
simulated once, with people, deals and attributes as rich as the demo's; a million
events are exported of 200,000 orders.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import duckdb
from measure import C2C, DBT, FOLDER, PROJECT, run
from rich.console import Console
from rich.table import Table

MILLION = [
    *("--seed", "20", "--days", "730", "--clicks", "1000000"),
    *("--format", "parquet"),
]
SCORE = ["int_form_fill_facts+", "--exclude", "int_campaign_quarter_leads+"]
OVER_TIME = [
    *("int_observation+", "source:history+", "int_campaign_bidding_goals+"),
    *("--exclude", "int_lead_*", "lead_score*", "int_judgement+"),
]
# Five days of a large shop, every order with its click and its address, so that each of
# the five destinations that take orders is told of all 200,000: a million events.
SOLD = """
copy (
    select
        'O' || i as order_id,
        'C' || i % 150000 as customer_id,
        'buyer.' || i % 150000 || '@example.com' as email,
        '+1202555' || lpad((i % 10000)::varchar, 4, '0') as phone,
        timestamp '2025-06-25 12:00' + to_seconds(i * 2) as ordered_at,
        'USD' as currency_code,
        'Cj0KCQ' || md5(i::varchar) as click_id,
        'gclid' as click_id_type,
        'granted' as consent_ad_user_data,
        timestamp '2025-06-25 12:00' + to_seconds(i * 2) as loaded_at
    from range(200000) as n(i)
) to '{0}/orders.parquet' (format parquet);
copy (
    select
        'L' || i as order_line_id,
        'O' || i // 2 as order_id,
        'P' || i % 500 as product_id,
        1 + i % 3 as quantity,
        9.5 + i % 90 as unit_price,
        4 as unit_cost
    from range(400000) as n(i)
) to '{0}/order_lines.parquet' (format parquet);
copy (
    select
        'Cj0KCQ' || md5(i::varchar) as click_id,
        'gclid' as click_id_type,
        'google_ads' as platform,
        'a1' as account_id,
        'c' || i % 20 as campaign_id,
        timestamp '2025-06-25' + to_seconds(i * 2) as clicked_at
    from range(200000) as n(i)
) to '{0}/ad_clicks.parquet' (format parquet);
"""
AFTER_THAT = "2025-07-01T06:00:00"
ONLY_MODELS = ["build", "--only", "models"]


def main() -> None:
    """Make what is missing, measure, print."""
    million, orders, sent = FOLDER / "million", FOLDER / "orders", FOLDER / "sent"
    if not million.exists():
        # In a process of its own: a child's peak memory begins with its parent's.
        subprocess.run([C2C, "simulate", "--out", million, *MILLION], check=True)
    if not orders.exists():
        orders.mkdir()
        duckdb.execute(SOLD.format(orders))
    for left in (sent, FOLDER / "export_log", *FOLDER.glob("part_*.duckdb")):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    export = ("export", "--now", AFTER_THAT, "--out", sent)
    table = Table("what", "wall s", "CPU s", "peak MB")
    steps: list[tuple[str, str, Path, Sequence[object]]] = [
        ("demo: models, seeds, tests", "demo", PROJECT / "seeds/demo", (DBT, "build")),
        ("", "million", million, (DBT, "seed")),
        ("a million simulated clicks: models", "million", million, (DBT, "run")),
        ("of these the lead score", "million", million, (DBT, "run", "-s", *SCORE)),
        ("replay of their month ends", "million", million, (C2C, "replay", "--again")),
        ("value over time", "million", million, (DBT, "run", "-s", *OVER_TIME)),
        ("", "orders", orders, (DBT, "seed")),
        ("200,000 orders: models", "orders", orders, (C2C, *ONLY_MODELS)),
        ("export of a million events", "orders", orders, (C2C, *export)),
    ]
    for what, name, raw, command in steps:
        cost = run(f"part_{name}", raw, *command)
        if what:
            figures = f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.memory:,.0f}"
            table.add_row(what, *figures)
    Console().print(table)


if __name__ == "__main__":
    main()
