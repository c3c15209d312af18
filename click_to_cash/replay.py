"""Build the warehouse as of the end of past months, and keep what was believed then.

    <history>/<hash of the settings>/<as of>/<model>.parquet

The models are compiled once, with a sentinel for the time, and their SQL is run for
each month end in a database of its own. A month end appears whole, by a rename: who
dies leaves whole ones only. macros/register_history.sql reads them as a dbt source.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from click_to_cash import compiled, dbt, files
from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.settings import (
    database_path,
    history_path,
    raw_database,
    setting,
)

# The waist: what is known for the first time is one of its rows.
# The first of a thousand may bear a wrong year.
FIRST_KNOWN = """
select quantile_disc(known_at, 0.001) from (
    select known_at from intermediate.int_value_ledger
    union all select known_at from intermediate.int_clicks
    union all select known_at from intermediate.int_spend
)
"""


@dataclass(frozen=True)
class Present:
    """The last build: from when to when it sees, and with which settings."""

    first_known_at: datetime
    observed_at: datetime
    settings: str


@dataclass
class Listener:
    """Whom a replay tells how it goes."""

    begun: Callable[[str], None]
    advanced: Callable[[int, int], None]


@dataclass(frozen=True)
class Replayed:
    """Where month ends lie, which were built just now, and how many there are."""

    folder: Path
    built: list[date]
    kept_count: int


def replay(listener: Listener, again: bool = False) -> Replayed:
    """Build the month ends that are missing, or all of them `again`.

    Raises ClickToCashError; month ends that were finished before stay.
    """
    present = read_present(database_path())
    history = history_path()
    history.parent.mkdir(parents=True, exist_ok=True)
    with (
        files.alone(history, f"{history} is in use by another replay: wait for it"),
        files.beside(history) as scratch,
    ):
        listener.begun("read settings")
        database = scratch / "replay.duckdb"
        _dbt(scratch, "--log-level-file", "none", "seed")
        try:
            with connect(database) as connection:
                folder, settings = connection.execute(
                    "select folder, settings from history.built_from"
                ).fetchone() or ("", "")
        except duckdb.Error as error:
            raise ClickToCashError(explain(str(error))) from None
        if settings != present.settings:
            raise ClickToCashError(
                f"{database_path()} was built with other settings or by another"
                " version: run `c2c build`, then `c2c replay`"
            )
        ends = list(month_ends(present.first_known_at, present.observed_at))
        missing = [end for end in ends if again or not _place(folder, end).is_dir()]
        if missing:
            listener.begun("compile models")
            _dbt(scratch, "compile", "--select", "resource_type:model")
            manifest = json.loads((scratch / "target/manifest.json").read_text("utf-8"))
            listener.begun("replay")
            try:
                _build(database, manifest, missing, Path(folder), settings, listener)
            except (duckdb.Error, OSError) as error:
                raise ClickToCashError(explain(str(error))) from None
    return Replayed(Path(folder), missing, len(ends))


def read_present(database: Path) -> Present:
    """What the last build saw; ClickToCashError where there is none."""
    if not database.exists():
        raise ClickToCashError(f"no database at {database}: run `c2c build`")
    try:
        with connect(database, read_only=True) as connection:
            (first,) = connection.execute(FIRST_KNOWN).fetchone() or (None,)
            (last,) = connection.execute(
                "select observed_at from intermediate.int_observation"
            ).fetchone() or (None,)
            (settings,) = connection.execute(
                "select settings from history.built_from"
            ).fetchone() or ("",)
    except duckdb.CatalogException:
        raise ClickToCashError(
            f"{database} holds no finished build: run `c2c build`"
        ) from None
    except duckdb.Error as error:
        raise ClickToCashError(explain(str(error))) from None
    if first is None or last is None:
        raise ClickToCashError(
            f"{database} holds no spend, click or entry: there is no past to replay"
        )
    return Present(first, last, settings)


def month_ends(first: datetime, last: datetime) -> Iterator[date]:
    """The first days of the months after that of `first`, none after `last`."""
    year, month = first.year, first.month
    while (year, month) < (last.year, last.month):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        yield date(year, month, 1)


def _dbt(scratch: Path, *arguments: str) -> None:
    """Run dbt on the scratch database, as of the sentinel."""
    dbt.run(
        *arguments,
        environment={
            "C2C_DUCKDB_PATH": str(scratch / "replay.duckdb"),
            "C2C_RAW_DATABASE": raw_database(beside=True) or setting("raw_database"),
            "C2C_AS_OF": compiled.AS_OF_SENTINEL,
            "DBT_TARGET_PATH": str(scratch / "target"),
            "DBT_LOG_PATH": str(scratch / "logs"),
        },
    )


def _build(
    database: Path,
    manifest: Mapping[str, Any],
    ends: list[date],
    folder: Path,
    settings: str,
    listener: Listener,
) -> None:
    kept = compiled.history_columns(manifest)
    models = compiled.statements(manifest, kept)
    relations = {relation.partition(".")[2]: relation for relation, _ in models}
    folder.mkdir(parents=True, exist_ok=True)
    with connect(database, raw_database=raw_database(beside=True)) as connection:
        connection.execute("create schema if not exists intermediate")
        connection.execute("create schema if not exists marts")
        for index, end in enumerate(ends):
            listener.advanced(index, len(ends))
            compiled.run(connection, models, f"{end} 00:00:00")
            place = _place(folder, end)
            with files.beside(place) as beside:
                version = beside / place.name
                version.mkdir()
                for name in kept:
                    _keep(connection, relations[name], end, version)
                built_from = json.loads(settings) | {"as_of": str(end)}
                (version / "built_from.json").write_text(
                    json.dumps(built_from, indent=2) + "\n", "utf-8"
                )
                files.settle(version, None)
                if place.exists():
                    place.rename(beside / "former")
                version.rename(place)
            files.flush(folder)


def _keep(
    connection: duckdb.DuckDBPyConnection, relation: str, end: date, folder: Path
) -> None:
    name = relation.partition(".")[2]
    connection.execute(
        f"copy (select timestamp '{end}' as as_of, * from {relation})"
        f" to '{_escaped(folder / name)}.parquet' (format parquet, compression zstd)"
    )


def _place(folder: str | Path, end: date) -> Path:
    return Path(folder) / str(end)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
