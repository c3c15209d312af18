"""Run the checks of a gate with Great Expectations and tell what is out of bounds.

`run` judges one gate and returns a verdict for each check; `write_data_docs` keeps what
Great Expectations found as HTML. Queries run in the engine, on a file opened read-only.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb
import great_expectations as gx
import jinja2
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)

from click_to_cash.quality import suites
from click_to_cash.quality.engine import context_on, opened
from click_to_cash.quality.suites import Check, Day
from click_to_cash.quality.thresholds import QualityError, Thresholds

Gate = Literal["raw", "marts"]


@dataclass(frozen=True)
class Verdict:
    """Of one check on one table: what was found out of bounds."""

    check: str
    table: str
    meaning: str
    why: str
    alarms: list[dict[str, Any]]

    @property
    def is_passed(self) -> bool:
        """Whether nothing is out of bounds."""
        return not self.alarms


@dataclass(frozen=True)
class Inspection:
    """What a gate found on the database as of a day, without Data Docs."""

    gate: Gate
    today: date
    verdicts: list[Verdict]
    context: Any

    @property
    def is_passed(self) -> bool:
        """Whether every check passed."""
        return all(verdict.is_passed for verdict in self.verdicts)


def run(
    gate: Gate,
    database: Path,
    thresholds: Thresholds,
    *,
    reporting_currency: str,
    published: Path | None = None,
    now: date | None = None,
) -> Inspection:
    """Judge schema `gate` of the database, also against the last publication if given.

    Raises QualityError where there is nothing to judge.
    """
    tables = suites.layout()
    with opened(database, gate, published) as connection:
        today = now or newest_day(connection, tables, thresholds)
        day = Day(
            str(today),
            now is not None,
            reporting_currency,
            published is not None,
            tables,
        )
        checks = suites.raw_checks if gate == "raw" else suites.mart_checks
        context, source = context_on(connection)
        verdicts = [
            verdict
            for table, of_table in _by_table(checks(day, thresholds)).items()
            if published or _has_rows(connection, table)
            for verdict in _judge(context, source, gate, table, of_table)
        ]
    return Inspection(gate, today, verdicts, context)


def newest_day(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[suites.Table],
    thresholds: Thresholds,
) -> date:
    """The newest day of the raw data: the day of a check that is told no other."""
    (found,) = connection.execute(
        suites.today_query(tables, thresholds)
    ).fetchone() or (None,)
    return found if isinstance(found, date) else date(2000, 1, 1)


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute(f'select 1 from "{table}" limit 1').fetchone())


def _by_table(checks: Iterable[Check]) -> dict[str, list[Check]]:
    found = defaultdict(list)
    for check in checks:
        found[check.table].append(check)
    return found


def _judge(
    context: Any, source: Any, gate: Gate, table: str, checks: list[Check]
) -> Iterator[Verdict]:
    """Run the suite of one table."""
    name = f"{gate}.{table}"
    batch = source.add_table_asset(table, table_name=table).add_batch_definition(
        "all of it"
    )
    suite = context.suites.add(gx.ExpectationSuite(name=name))
    for check in checks:
        suite.add_expectation(
            UnexpectedRowsExpectation(
                description=f"{check.name}: {check.meaning}",
                unexpected_rows_query=check.query,
                meta={"check": check.name},
            )
        )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=suite)
    )
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name=name, validation_definitions=[definition], result_format="COMPLETE"
        )
    )
    (result,) = checkpoint.run().run_results.values()
    by_name = {check.name: check for check in checks}
    for found in result.results:
        check = by_name[found.expectation_config.meta["check"]]
        if (
            found.exception_info.get("raised_exception")
            or "details" not in found.result
        ):
            raise QualityError(f"check {check.name} of {name} failed: {_reason(found)}")
        rows = found.result["details"]["unexpected_rows"]
        yield Verdict(
            check.name, table, check.meaning, check.why, [dict(row) for row in rows]
        )


def _reason(found: Any) -> str:
    """The first line of what the engine said."""
    told = str(found.exception_info)
    for info in [found.exception_info, *found.exception_info.values()]:
        if isinstance(info, dict) and info.get("exception_message"):
            told = str(info["exception_message"])
    return told.strip().splitlines()[0]


def write_data_docs(inspection: Inspection, folder: Path) -> Path:
    """Write what the gate found as HTML; returns the page to begin with.

    `<gate>.html` needs nothing from outside; the pages of Great Expectations, which it
    links to, fetch their looks from the network.
    """
    target = (folder / inspection.gate).resolve()
    shutil.rmtree(target, ignore_errors=True)
    inspection.context.add_data_docs_site(
        inspection.gate,
        {
            "class_name": "SiteBuilder",
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(target),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    inspection.context.build_data_docs(site_names=[inspection.gate])
    tables = {verdict.table: "" for verdict in inspection.verdicts}
    for table in tables:
        found = target.glob(f"validations/{inspection.gate}/{table}/**/*.html")
        tables[table] = next(
            (str(page.relative_to(target.parent)) for page in found), ""
        )
    template = (Path(__file__).parent / "page.html").read_text("utf-8")
    page = folder / f"{inspection.gate}.html"
    page.write_text(
        jinja2.Environment(autoescape=True, trim_blocks=True)
        .from_string(template)
        .render(
            gate=inspection.gate,
            today=inspection.today,
            is_passed=inspection.is_passed,
            verdicts=inspection.verdicts,
            tables=tables,
        ),
        "utf-8",
    )
    return page
