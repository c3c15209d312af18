"""The project's own build, gates and publication on damaged raw data, fast.

Everything is what `c2c build` does but for what would take minutes in the sum and
decides nothing: dbt's `register_raw_tables` runs in this process (a test compares its
message with that of `c2c`); the models run as compiled SQL (a test shows that it gives
what `dbt build` gives); the gates' queries run without Great Expectations around them
(a test compares the verdicts), on rows that were read from their files once.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from warehouse import PROJECT, Models, compile_models, rows

from bad_days.bad_day import BadDay
from click_to_cash import build as building
from click_to_cash import dbt
from click_to_cash.errors import ClickToCashError
from click_to_cash.publish import Publication, checksum_of
from click_to_cash.quality import gate
from click_to_cash.quality.gate import Verdict
from click_to_cash.quality.suites import Check
from click_to_cash.steps import Step

# What people read the morning after. What is estimated from it stays out: it costs the
# same again, and no gate looks at it.
GUARDED = (
    *("roas_side_by_side", "roas_by_event_month", "roas_by_product_month"),
    *("funnel_by_campaign_month", "deal_stage_periods", "match_coverage_by_day"),
    *("platform_claims_by_campaign_day", "conversions", "value_ledger", "orders"),
    *("form_fills", "deals", "campaigns", "products", "clicks"),
    *("data_issues", "raw_row_accounts", "build_info"),
)
DEMO = PROJECT / "seeds/demo"
# Two processes share two cores.
ONE_THREAD: dict[str, str | bool | int | float | list[str]] = {"threads": 1}
# What may differ between a day with rejected rows and the same day without them.
ACCOUNTS = ("data_issues", "raw_row_accounts")
# Great Expectations around the queries, as `c2c` has it.
JUDGE = gate._judge
IssueBag = Counter[tuple[object, ...]]


@dataclass(frozen=True)
class Outcome:
    """How a build ended: with a publication or with an error, and what stood before."""

    publication: Publication | None
    error: ClickToCashError | None
    is_untouched: bool

    @property
    def alarms(self) -> set[str]:
        """The checks that closed a gate."""
        if not isinstance(self.error, building.GateClosed):
            return set()
        verdicts = self.error.inspection.verdicts
        return {verdict.check for verdict in verdicts if not verdict.is_passed}

    @property
    def told(self) -> str:
        """The outcome in a line, for a failing test."""
        if isinstance(self.error, building.GateClosed):
            found = [
                (verdict.check, verdict.table, verdict.alarms[:2])
                for verdict in self.error.inspection.verdicts
                if not verdict.is_passed
            ]
            return f"alarmed by {found}"
        return f"refused: {self.error}" if self.error else "published"


class Pipeline:
    """A folder with raw data, a database and a publication, and the ways to run it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Compile the models, then build and publish the undamaged demo."""
        self.folder = folder
        self.raw = folder / "raw"
        self.database = folder / "click_to_cash.duckdb"
        self.published = folder / "published.duckdb"
        self._baseline_file = folder / "baseline.duckdb"
        self._settle(monkeypatch)
        self.models = self._compiled()
        # Twice: the second time there is a publication to compare with.
        for _ in range(2):
            self.refresh()
            outcome = self.build()
            assert outcome.publication, outcome.told
            shutil.copy(self.published, self._baseline_file)
        assert outcome.publication
        self.baseline = outcome.publication
        self.baseline_issues = self.issues()
        self.baseline_accounts = self.accounts()

    def _settle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {
            "C2C_RAW_LOCATION": self.raw,
            "C2C_DUCKDB_PATH": self.database,
            "C2C_PUBLISHED_PATH": self.published,
            "C2C_HISTORY_PATH": self.folder / "history",
            "DBT_TARGET_PATH": self.folder / "target",
            "DBT_LOG_PATH": self.folder / "logs",
            "DBT_PROFILES_DIR": PROJECT,
        }.items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.setattr(dbt, "run", self._run_dbt)
        monkeypatch.setattr(gate, "_judge", _judge)
        # Pages for people, that nobody reads here.
        monkeypatch.setattr(gate, "write_data_docs", lambda *_: None)

    def _compiled(self) -> Models:
        shutil.copytree(DEMO, self.raw, ignore=shutil.ignore_patterns("answer_key"))
        models = compile_models(
            self.folder,
            GUARDED,
            raw_location=str(self.raw),
            duckdb_path=str(self.database),
            published_path=str(self.published),
        )
        parsed = dbtRunner().invoke(["--quiet", "--log-level-file", "none", "parse"])
        assert isinstance(parsed.result, Manifest), parsed.exception
        self._manifest = parsed.result
        return models

    def refresh(self) -> None:
        """Undamaged raw data, no database, and the last publication."""
        shutil.rmtree(self.raw)
        shutil.copytree(DEMO, self.raw, ignore=shutil.ignore_patterns("answer_key"))
        self.database.unlink(missing_ok=True)
        if self._baseline_file.exists():
            shutil.copy(self._baseline_file, self.published)

    def run(self, day: BadDay) -> Outcome:
        """The outcome of a bad day, with everything else fresh."""
        self.refresh()
        return self.build(day)

    def build(self, day: BadDay | None = None) -> Outcome:
        """All steps of a build on what lies in the raw folder, damaged in its time."""

        def begun(step: Step) -> None:
            if day and step == day.at:
                day.corrupt(self.raw)

        self._reads_once = day is None or day.at == Step.CHECK_RAW
        before = _digest(self.published)
        publication, error = None, None
        try:
            listener = building.Listener(begun, _ignored, _ignored, _ignored)
            publication = building.build(list(Step), listener)
        except ClickToCashError as raised:
            error = raised
        return Outcome(publication, error, _digest(self.published) == before)

    def _run_dbt(self, *arguments: str, **_: object) -> None:
        """Stands for `click_to_cash.dbt.run`."""
        if arguments[0] == "build":
            self._run_models()
            return
        errors: list[str] = []

        def listen(event: Any) -> None:
            if event.info.level == "error":
                errors.append(event.info.msg)

        runner = dbtRunner(manifest=self._manifest, callbacks=[listen])
        try:
            result = runner.invoke(["--quiet", *arguments])
        finally:
            # dbt's adapter declares no types.
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
        if not result.success:
            raise ClickToCashError(dbt._told(errors))
        if self._reads_once:
            self._read_once()

    def _read_once(self) -> None:
        """Put tables of the same rows in place of the views that dbt made.

        Else a hundred checks would read the files a hundred times. Where a file cannot
        be read, they stay views, for the build to find.
        """
        with duckdb.connect(str(self.database), config=ONE_THREAD) as connection:
            connection.execute("begin")
            with contextlib.suppress(duckdb.Error):
                for table in self.models.raw_columns:
                    connection.execute(f"create table raw._rows as from raw.{table}")
                    connection.execute(f"drop view raw.{table}")
                    connection.execute(f"alter table raw._rows rename to {table}")
                connection.execute("commit")

    def _run_models(self) -> None:
        with duckdb.connect(str(self.database), config=ONE_THREAD) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute("begin")
            for schema in ("reference", "staging", "intermediate", "marts"):
                connection.execute(f"create schema {schema}")
            self.models.seed(connection)
            self.models.run(connection)
            for name, sql in self.models.laws:
                broken = connection.execute(sql).fetchall()
                assert not broken, f"{name}: {broken[:3]}"
            connection.execute(
                "create table raw._unfinished_runs (invocation_id varchar);"
                "create table raw._stale_models (model_name varchar);"
                "create table raw._parts (table_name varchar, delivered_part varchar,"
                " size ubigint, modified_at timestamptz)"
            )
            connection.execute("commit")

    def changed_marts(self, publication: Publication) -> set[str]:
        """Marts whose rows differ from those of the undamaged demo."""
        return {
            mart
            for mart, checksum in self.baseline.checksums.items()
            if publication.checksums.get(mart) != checksum
        }

    def issues(self) -> IssueBag:
        """The issues of the last build, without the values, as a bag."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return _issues(connection)

    def accounts(self) -> dict[str, dict[str, object]]:
        """Delivered, accepted, superseded and rejected rows of each table."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            found = rows(connection, "select * from marts.raw_row_accounts")
        return {str(row["table_name"]): row for row in found}

    def damaged_rows(self) -> Counter[str]:
        """Rows by table that the undamaged demo does not have."""
        return Counter(
            {
                path.stem: (_records(path) - _records(DEMO / path.name)).total()
                for path in self.raw.glob("*.csv")
            }
        )

    def without_damaged_rows(self) -> tuple[dict[str, str], IssueBag]:
        """Checksums and issues of a build as if these rows had not come."""
        for path in self.raw.glob("*.csv"):
            damaged = _records(path) - _records(DEMO / path.name)
            if damaged:
                with path.open(encoding="utf-8", newline="") as file:
                    records = [tuple(record) for record in csv.reader(file)]
                with path.open("w", encoding="utf-8", newline="") as file:
                    header, *rest = records
                    sound = [record for record in rest if record not in damaged]
                    csv.writer(file).writerows([header, *sound])
        self.database.unlink()
        building.register_raw_tables(self.database)
        self._run_models()
        with duckdb.connect(str(self.database), read_only=True) as connection:
            checksums = {
                mart: checksum_of(connection, f"marts.{mart}")[1]
                for mart in self.baseline.checksums
            }
            return checksums, _issues(connection)


def _issues(connection: duckdb.DuckDBPyConnection) -> IssueBag:
    found = connection.execute(
        "select table_name, column_name, issue, is_rejected, row_key"
        " from marts.data_issues"
    ).fetchall()
    return Counter(found)


def _records(path: Path) -> Counter[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return Counter(tuple(record) for record in csv.reader(file))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _ignored(*_: object) -> None:
    """Nobody looks."""


def _judge(
    context: Any, source: Any, which: str, table: str, checks: list[Check]
) -> Iterator[Verdict]:
    """Stands for `gate._judge`: each query as Great Expectations would run it."""
    cursor = source.kwargs["creator"]().cursor()
    for check in checks:
        cursor.execute(check.query.replace("{batch}", f'"{table}"'))
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        yield Verdict(check.name, table, check.meaning, check.why, found)


def assert_outcome(pipeline: Pipeline, day: BadDay) -> None:
    """The day ends as its decorator says, and in no other way."""
    outcome = pipeline.run(day)
    {
        "harmless": _assert_harmless,
        "rejected": _assert_rejected,
        "alarmed": _assert_alarmed,
        "refused": _assert_refused,
    }[day.kind](pipeline, day, outcome)


def _assert_harmless(pipeline: Pipeline, day: BadDay, outcome: Outcome) -> None:
    """Every mart is as before; only the accounts tell of rows that came once more."""
    assert outcome.publication, outcome.told
    changed = pipeline.changed_marts(outcome.publication)
    assert changed <= {"raw_row_accounts", *day.unlike}, changed
    assert changed >= set(day.unlike), changed
    accounts = pipeline.accounts()
    for table, before in pipeline.baseline_accounts.items():
        now = accounts[table]
        more = {
            kind: int(str(now[f"{kind}_row_count"]))
            - int(str(before[f"{kind}_row_count"]))
            for kind in ("delivered", "superseded", "accepted", "rejected")
        }
        assert more["accepted"] == more["rejected"] == 0
        assert more["delivered"] == more["superseded"]


def _assert_alarmed(pipeline: Pipeline, day: BadDay, outcome: Outcome) -> None:
    assert day.by in outcome.alarms, outcome.told
    assert outcome.is_untouched


def _assert_refused(pipeline: Pipeline, day: BadDay, outcome: Outcome) -> None:
    message = str(outcome.error)
    assert outcome.error, outcome.told
    assert not isinstance(outcome.error, building.GateClosed), outcome.told
    assert day.by in message, message
    assert len(message.splitlines()) == 1, message
    assert "Traceback" not in message
    assert "Original Line" not in message
    assert outcome.is_untouched


def _assert_rejected(pipeline: Pipeline, day: BadDay, outcome: Outcome) -> None:
    """The damaged rows count as if they had not come, and each one is told.

    What they bring down with them, such as the lines of a rejected order, falls in the
    comparison of its own accord: those lines would be without their order too.
    """
    assert outcome.publication, outcome.told
    issues, accounts = pipeline.issues(), pipeline.accounts()
    assert issues != pipeline.baseline_issues
    damaged = pipeline.damaged_rows()
    checksums, issues_without = pipeline.without_damaged_rows()
    accounts_without = pipeline.accounts()

    told = issues - issues_without
    kinds = {f"{table}.{column} {issue}" for table, column, issue, *_ in told}
    assert kinds == {day.by}, told
    assert not issues_without - issues, issues_without - issues
    assert told.total() == damaged.total() > 0, (told, damaged)
    for table, count in damaged.items():
        now, without = accounts[table], accounts_without[table]
        for kind, more in (("delivered", count), ("rejected", count), ("accepted", 0)):
            column = f"{kind}_row_count"
            assert int(str(now[column])) == int(str(without[column])) + more, (
                table,
                column,
            )
    differing = {
        mart
        for mart, checksum in outcome.publication.checksums.items()
        if checksums[mart] != checksum
    }
    assert differing <= set(ACCOUNTS), differing
