"""Run a command on a database of its own, and tell what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "build/bench"
DBT = Path(sys.executable).with_name("dbt")
C2C = DBT.with_name("c2c")


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and CPU, and peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def run(name: str, raw: Path, *command: object, **settings: str) -> Cost:
    """Run a command on the database called `name`; stop where it fails."""
    environment = os.environ | {
        "C2C_DUCKDB_PATH": str(FOLDER / f"{name}.duckdb"),
        "C2C_RAW_LOCATION": str(raw),
        "C2C_HISTORY_PATH": str(FOLDER / "history"),
        "C2C_EXPORT_LOG_PATH": str(FOLDER / "export_log"),
        "C2C_PUBLISHED_PATH": str(FOLDER / f"{name}_published.duckdb"),
        "DBT_TARGET_PATH": str(target(name)),
        "DBT_LOG_PATH": str(target(name)),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    environment |= {f"C2C_{key.upper()}": value for key, value in settings.items()}
    words = [str(word) for word in command]
    started = time.perf_counter()
    process = subprocess.Popen(
        words, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"error: {' '.join(words[1:])} failed on {raw}")
    # The kernel counts in kB, but for macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(wall, cpu, usage.ru_maxrss * unit / 1e6)


def target(name: str) -> Path:
    """Where dbt leaves its artefacts of a database."""
    return FOLDER / f"{name}_target"
