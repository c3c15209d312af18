"""Write, audit, publish: a build becomes visible only when both gates have passed.

    check raw → build models → check marts → publish

Each step can be run alone. What fails stops the build; the last publication stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from click_to_cash import dbt, files
from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.publish import Publication, Source, publish
from click_to_cash.quality import suites, thresholds
from click_to_cash.settings import (
    connector_folders,
    connectors_in_use,
    database_path,
    published_path,
    raw_database,
    setting,
)
from click_to_cash.steps import Step

if TYPE_CHECKING:  # Great Expectations takes seconds to load; publishing does without.
    from click_to_cash.quality.gate import Gate, Inspection


class GateClosed(ClickToCashError):
    """A gate found something out of bounds."""

    def __init__(self, inspection: Inspection) -> None:
        """The inspection says what."""
        names = sorted({v.check for v in inspection.verdicts if not v.is_passed})
        super().__init__(
            f"gate {inspection.gate} is closed by {', '.join(names)}: nothing is"
            " published; docs/runbooks/gates.md tells what to do"
        )
        self.inspection = inspection


@dataclass
class Listener:
    """Whom a build tells how it goes."""

    begun: Callable[[Step], None]
    advanced: Callable[[int, int], None]
    told: Callable[[str], None]
    inspected: Callable[[Inspection], None]


@contextmanager
def held_alone() -> Iterator[None]:
    """Hold the database of the settings for all steps; a second process stops at once.

    DuckDB's own lock is only held while somebody writes.
    """
    database = database_path()
    if not database.parent.is_dir():
        raise ClickToCashError(
            f"cannot open {database}: its folder is missing; create it, or set"
            " C2C_DUCKDB_PATH"
        )
    with files.alone(
        database,
        f"{database} is in use by another process: wait until it is done, or build into"
        " another file with C2C_DUCKDB_PATH",
    ):
        yield


def data_docs() -> Path:
    """The folder beside the database with what each gate found, as HTML."""
    return database_path().parent / "data_docs"


def check(which: Gate, now: date | None = None) -> Inspection:
    """Judge the raw tables where they lie, or the marts of the last build."""
    with held_alone():
        return _check(which, now)


def _check(which: Gate, now: date | None) -> Inspection:
    from click_to_cash.quality import gate

    database = database_path()
    if which == "raw":
        register_raw_tables(database)
    elif not database.exists():
        raise ClickToCashError(f"no database at {database}: run `c2c build`")
    try:
        inspection = gate.run(
            which,
            database,
            thresholds.read(Path(setting("quality"))),
            reporting_currency=setting("reporting_currency"),
            published=comparable_publication(),
            now=now,
        )
    except duckdb.Error as error:
        raise ClickToCashError(explain(str(error))) from None
    gate.write_data_docs(inspection, data_docs())
    if which == "marts":
        mark_gate(database, is_closed=not inspection.is_passed)
    return inspection


def mark_gate(database: Path, is_closed: bool) -> None:
    """Say in the database whether its marts are fit to leave it, for exports."""
    try:
        with connect(database) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(
                "create or replace table raw._closed_gates as"
                f" select 'marts' as gate where {is_closed}"
            )
    except duckdb.Error as error:
        raise ClickToCashError(explain(str(error))) from None


def register_raw_tables(database: Path) -> None:
    """Make the views of schema raw, and read every row once.

    A file that cannot be read is told here by its name and line, not by a model's. What
    connectors tell in the words of the layout is made, too.
    """
    # dbt would copy the line of the file that the engine quotes into its log.
    quiet = ("--log-level-file", "none")
    if folders := connector_folders():
        told = [f"+path:models/staging/{folder}" for folder in folders]
        dbt.run(
            *(*quiet, "build", "--exclude-resource-type", "test", "unit_test"),
            *("--select", *told),
        )
    else:
        dbt.run(*quiet, "run-operation", "register_raw_tables")
    with connect(database, read_only=True, raw_database=raw_database()) as connection:
        views = connection.execute(
            "select schema_name || '.\"' || view_name || '\"' from duckdb_views()"
            " where database_name = current_database()"
            " and list_contains(?, schema_name) order by all",
            [["raw", *(f"raw_{name}" for name in connectors_in_use())]],
        ).fetchall()
        for (view,) in views:
            try:
                connection.execute(
                    f"select bit_xor(hash(each_row)) from {view} as each_row"
                ).fetchall()
            except duckdb.Error as error:
                raise ClickToCashError(explain(str(error))) from None


def comparable_publication() -> Path | None:
    """The last publication, if made of the same raw tables in the same currency.

    What was known at a past time is no successor of it, nor it of that.
    """
    path = published_path()
    if not path.exists() or setting("as_of"):
        return None
    try:
        with connect(path, read_only=True) as connection:
            found = connection.execute(
                "select raw_location, reporting_currency, as_of from marts._published"
            ).fetchone()
    except duckdb.Error:
        return None
    same = (setting("raw_location"), setting("reporting_currency"), None)
    return path if found == same else None


def build(
    steps: Sequence[Step], listener: Listener, now: date | None = None
) -> Publication | None:
    """Run the steps; raises ClickToCashError, GateClosed where a gate is closed."""
    publication = None
    with held_alone():
        for step in steps:
            listener.begun(step)
            if step in (Step.CHECK_RAW, Step.CHECK_MARTS):
                inspection = _check("raw" if step == Step.CHECK_RAW else "marts", now)
                listener.inspected(inspection)
                if not inspection.is_passed:
                    raise GateClosed(inspection)
            elif step == Step.MODELS:
                dbt.run(
                    *("build", "--exclude-resource-type", "unit_test"),
                    on_progress=listener.advanced,
                    on_told=listener.told,
                )
                if Step.CHECK_MARTS not in steps:
                    mark_gate(database_path(), is_closed=False)
            else:
                publication = publish_build(steps)
    return publication


def publish_build(steps: Sequence[Step]) -> Publication:
    """Publish the database of the settings, made and checked by these steps."""
    parquet = setting("published_parquet")
    source = Source(
        database=database_path(),
        raw_location=setting("raw_location"),
        raw_tables=suites.layout(),
        steps=[step.value for step in steps],
        is_checked={Step.CHECK_RAW, Step.CHECK_MARTS} <= set(steps),
    )
    return publish(source, published_path(), Path(parquet) if parquet else None)
