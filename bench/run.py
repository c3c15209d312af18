"""How long a build takes: the demo with all its tests, and models on a million clicks.

Prints wall and CPU seconds, peak memory of the dbt process, and rows read. The million
clicks are generated once, into build/bench.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from click_to_cash.simulate import simulate

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "build/bench"
DBT = Path(sys.executable).with_name("dbt")


@dataclass(frozen=True)
class Timing:
    """One dbt run: seconds of wall and CPU, peak memory in MB, raw rows read."""

    name: str
    wall: float
    cpu: float
    memory: float
    rows: int


def timed(name: str, raw: Path, *commands: list[str]) -> Timing:
    """Run dbt commands on a fresh database; the last one is measured."""
    database = FOLDER / f"{raw.name}.duckdb"
    database.unlink(missing_ok=True)
    environment = os.environ | {
        "C2C_DUCKDB_PATH": str(database),
        "C2C_RAW_LOCATION": str(raw),
        "DBT_TARGET_PATH": str(FOLDER / "target"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    wall, cpu, memory = 0.0, 0.0, 0.0
    for command in commands:
        started = time.perf_counter()
        process = subprocess.Popen(
            [DBT, *command],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        if process.returncode != 0:
            raise SystemExit(f"error: dbt {' '.join(command)} failed on {raw}")
        cpu, memory = usage.ru_utime + usage.ru_stime, peak_mb(usage)
    with duckdb.connect(str(database), read_only=True) as connection:
        (rows,) = connection.execute(
            "select sum(delivered_row_count) from marts.raw_row_accounts"
        ).fetchone() or (0,)
    return Timing(name, wall, cpu, memory, int(rows))


def peak_mb(usage: resource.struct_rusage) -> float:
    """Peak memory in MB; the kernel counts in kB, but for macOS in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / 1e6


def main() -> None:
    """Generate what is missing, measure, print."""
    million = FOLDER / "million_clicks"
    if not million.exists():
        simulate(million, seed=20, days=730, clicks=1_000_000, file_format="parquet")
    timings = [
        timed("demo: models, seeds, tests", PROJECT / "seeds/demo", ["build"]),
        timed("1 million clicks: models", million, ["seed"], ["run"]),
    ]
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
