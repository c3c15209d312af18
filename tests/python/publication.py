"""Publications as tests see them: read whole, compared with what they say they are.

Run as a program it is one of many readers: `publication.py PATH STOP` reads PATH, a
DuckDB file or a folder of Parquet, again and again until STOP is there, and prints how
many queries it made and what went wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from click_to_cash.publish import checksum_of

PROJECT = Path(__file__).resolve().parents[2]
# Seconds between two readings: readers who never rest leave the builder no processor.
PAUSE = 0.2


class Mixed(AssertionError):
    """A publication holds other rows than its `_published` says."""


def read(path: Path) -> dict[str, str]:
    """Checksums by table, recomputed in one connection; Mixed where they disagree."""
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            return _compared(connection, "{schema}.{table}")
    # A reader of Parquet follows the link once and stays in that version.
    version = path.resolve()
    with duckdb.connect() as connection:
        files = f"read_parquet('{version}/{{schema}}/{{table}}.parquet')"
        return _compared(connection, files)


def _compared(connection: duckdb.DuckDBPyConnection, place: str) -> dict[str, str]:
    published = connection.execute(
        "select row_counts, checksums from "
        + place.format(schema="marts", table="_published")
    ).fetchone()
    assert published
    row_counts, checksums = published
    for table, told in checksums.items():
        # A table without its schema is one of marts.
        schema, _, name = table.rpartition(".")
        relation = place.format(schema=schema or "marts", table=name)
        found = checksum_of(connection, relation)
        if found != (row_counts[table], told):
            raise Mixed(f"{table}: {found} is not {(row_counts[table], told)}")
    return dict(checksums)


def read_on(path: Path, stop: Path) -> dict[str, object]:
    """Read until `stop` is there; how many queries, which contents, which failures."""
    queries, failures, contents = 0, [], set()
    while not stop.exists():
        try:
            checksums = read(path)
            queries += 1 + len(checksums)
            contents.add(hash(tuple(sorted(checksums.items()))))
        except (duckdb.Error, OSError, AssertionError) as error:
            failures.append(str(error))
        time.sleep(PAUSE)
    return {"queries": queries, "contents": len(contents), "failures": failures}


@dataclass(frozen=True)
class Place:
    """Where one warehouse is built: settings of its own, artefacts in one folder."""

    folder: Path
    raw: Path
    database: Path
    published: Path
    parquet: Path | None = None

    @property
    def export_log(self) -> Path:
        """What was told to ad platforms from here."""
        return self.folder / "export_log"

    @property
    def environment(self) -> dict[str, str]:
        """What `c2c` is told here, and nothing of the caller's own settings."""
        own = {k: v for k, v in os.environ.items() if not k.startswith(("C2C_", "DBT"))}
        return own | {
            "PYTHONPATH": str(PROJECT),
            "C2C_RAW_LOCATION": str(self.raw),
            "C2C_DUCKDB_PATH": str(self.database),
            "C2C_PUBLISHED_PATH": str(self.published),
            "C2C_PUBLISHED_PARQUET": str(self.parquet or ""),
            "C2C_HISTORY_PATH": str(self.database.with_name("history")),
            "C2C_EXPORT_LOG_PATH": str(self.export_log),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
        }

    def start(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start c2c in a process group of its own, with further settings."""
        return subprocess.Popen(
            [sys.executable, "-m", "click_to_cash.cli", *arguments],
            cwd=PROJECT,
            env=self.environment | dict(environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> Ended:
        """Run c2c to its end."""
        with self.start(*arguments, environment=environment) as process:
            output, _ = process.communicate()
        return Ended(process.returncode, output)

    def build(self, *arguments: str) -> dict[str, str]:
        """A build that must succeed; the checksums of what it published."""
        ended = self.run("build", *arguments)
        assert ended.code == 0, ended.output
        return read(self.published)


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it printed."""

    code: int
    output: str

    @property
    def error(self) -> str:
        """The one line of an expected failure."""
        assert self.code == 1, self.output
        (line,) = [
            line
            for line in self.output.splitlines()
            if not line.startswith(("check ", "build ", "publish ", "judge "))
        ]
        assert line.startswith("error: "), self.output
        return line


if __name__ == "__main__":
    print(json.dumps(read_on(Path(sys.argv[1]), Path(sys.argv[2]))))
