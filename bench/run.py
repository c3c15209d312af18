"""How long a build takes: the demo with all its tests, and models on a million clicks.

Prints wall and CPU seconds, peak memory of the process, and rows read. The million
clicks are generated once, into build/bench. Of their models those that tell value over
time, with the month ends that they read, and those of the lead score are measured by
themselves too; each time with dbt's start. At last a million events are exported.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "build/bench"
DBT = Path(sys.executable).with_name("dbt")
C2C = DBT.with_name("c2c")
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


@dataclass(frozen=True)
class Timing:
    """One dbt run: seconds of wall and CPU, peak memory in MB, raw rows read."""

    name: str
    wall: float
    cpu: float
    memory: float
    rows: int


def timed(name: str, raw: Path, *command: object, fresh: bool = False) -> Timing:
    """Run a command on the database of `raw`, a `fresh` one or as it is."""
    database = FOLDER / f"{raw.name}.duckdb"
    if fresh:
        database.unlink(missing_ok=True)
    environment = os.environ | {
        "C2C_DUCKDB_PATH": str(database),
        "C2C_RAW_LOCATION": str(raw),
        "C2C_HISTORY_PATH": str(FOLDER / "history"),
        "C2C_EXPORT_LOG_PATH": str(FOLDER / "export_log"),
        "C2C_PUBLISHED_PATH": str(FOLDER / f"{raw.name}_published.duckdb"),
        "DBT_TARGET_PATH": str(FOLDER / "target"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    words = [str(word) for word in command]
    started = time.perf_counter()
    process = subprocess.Popen(
        words, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"error: {' '.join(words[1:])} failed on {raw}")
    return Timing(
        name,
        wall,
        usage.ru_utime + usage.ru_stime,
        peak_mb(usage),
        delivered_rows(database),
    )


def delivered_rows(database: Path) -> int:
    """Raw rows that the models of a database have read; 0 before they have."""
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            (rows,) = connection.execute(
                "select sum(delivered_row_count) from marts.raw_row_accounts"
            ).fetchone() or (0,)
        except duckdb.CatalogException:
            return 0
    return int(rows)


def peak_mb(usage: resource.struct_rusage) -> float:
    """Peak memory in MB; the kernel counts in kB, but for macOS in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / 1e6


def main() -> None:
    """Generate what is missing, measure, print."""
    million = FOLDER / "million_clicks"
    if not million.exists():
        # In a process of its own: a child's peak memory begins with its parent's.
        subprocess.run([C2C, "simulate", "--out", million, *MILLION], check=True)
    demo = timed(
        "demo: models, seeds, tests", PROJECT / "seeds/demo", DBT, "build", fresh=True
    )
    timed("seeds", million, DBT, "seed", fresh=True)
    timings = [
        demo,
        timed("1 million clicks: models", million, DBT, "run"),
        timed("of these the lead score", million, DBT, "run", "--select", *SCORE),
        timed("replay of their month ends", million, C2C, "replay", "--again"),
        timed("value over time", million, DBT, "run", "--select", *OVER_TIME),
    ]
    orders, sent = FOLDER / "orders", FOLDER / "sent"
    if not orders.exists():
        orders.mkdir()
        duckdb.execute(SOLD.format(orders))
    timed("seeds", orders, DBT, "seed", fresh=True)
    timings.append(timed("200,000 orders: models", orders, C2C, *ONLY_MODELS))
    for left in (sent, FOLDER / "export_log"):
        shutil.rmtree(left, ignore_errors=True)
    timings.append(
        timed(
            "export of 1 million events",
            orders,
            C2C,
            "export",
            "--now",
            AFTER_THAT,
            "--out",
            sent,
        )
    )
    table = Table("what", "wall s", "CPU s", "peak MB", "raw rows")
    for timing in timings:
        table.add_row(
            timing.name,
            f"{timing.wall:.1f}",
            f"{timing.cpu:.1f}",
            f"{timing.memory:,.0f}",
            f"{timing.rows:,}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
