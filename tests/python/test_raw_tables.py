"""The contract of docs/standard-layout.md with whoever delivers files, by real dbt runs.

A file that is read otherwise than its owner wrote it gives wrong numbers without any
error; a file that cannot be read must say so in one line.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warehouse import PROJECT, rows, run_dbt

from click_to_cash.simulate import simulate

LAYOUT_PAGE = PROJECT / "docs/standard-layout.md"
WITHOUT_TESTS = ["--exclude-resource-type", "unit_test", "test"]
Value = object


@dataclass(frozen=True)
class Workshop:
    """One dbt folder for the module: dbt then parses the project once, not each time."""

    folder: Path

    def dbt(
        self, *arguments: str, raw: Path, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return run_dbt(
            *arguments, folder=self.folder, raw_location=str(raw), **settings
        )

    def built(self, *arguments: str, raw: Path) -> duckdb.DuckDBPyConnection:
        """What a dbt command that must succeed made of the files in `raw`."""
        database = self.folder / "click_to_cash.duckdb"
        database.unlink(missing_ok=True)
        result = self.dbt(*arguments, raw=raw)
        assert result.returncode == 0, result.stdout + result.stderr
        kept = raw.with_suffix(".duckdb")
        shutil.copy(database, kept)
        return duckdb.connect(str(kept), read_only=True, config={"TimeZone": "UTC"})


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("raw_tables"))


def write_csv(path: Path, *lines: str) -> None:
    """A CSV file of these lines, in a folder that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def write_parquet(path: Path, columns: Mapping[str, object]) -> None:
    """A Parquet file of these columns, lists or arrays, in a folder that may be new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


# The same tables in every form


def text_columns(path: Path) -> dict[str, list[str | None]]:
    """The columns of a CSV file as text; blank is None."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {name: [line[name] or None for line in lines] for name in lines[0]}


def write_parts(folder: Path, columns: Mapping[str, Sequence[Value]]) -> None:
    """Two Parquet parts; the first lacks the columns that its rows leave blank."""
    height = len(next(iter(columns.values())))
    # Blank loaded_at comes first, so that some tables have a part without the column.
    order = sorted(range(height), key=lambda row: columns["loaded_at"][row] is not None)
    blank = columns["loaded_at"].count(None)
    first, second = order[: blank or 1], order[blank or 1 :]
    sparse = {
        name: [values[row] for row in first]
        for name, values in columns.items()
        if any(values[row] is not None for row in first)
    }
    write_parquet(folder / "part-1.parquet", sparse)
    write_parquet(
        folder / "part-2.parquet",
        {name: [values[row] for row in second] for name, values in columns.items()},
    )
