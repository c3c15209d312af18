"""Read the raw tables as a build would, into a database of its own, and ask about them.

    dbt: seeds and staging → sql/*.sql → facts, and what to mend first

The database of the settings is not opened: a doctor may look while a build runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from click_to_cash import dbt, files
from click_to_cash.database import connect
from click_to_cash.doctor.remedies import REMEDIES, Row, told
from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.quality import suites
from click_to_cash.report import rows_of
from click_to_cash.settings import (
    connector_schema,
    connectors_in_use,
    database_path,
    raw_database,
    setting,
)

SQL = Path(__file__).parent / "sql"
MACROS = Path("macros")
# Each is a query in a file and becomes a table that those after it may read.
FACTS = (
    *("connectors", "missing", "tables", "accounts", "campaigns", "stages"),
    *("currencies", "rejections", "fixes"),
)
# Tables whose rows should carry a click ID; the column of the page that may hold it.
CARRIERS = {
    "orders": "landing_page_url",
    "form_fills": "page_url",
    "crm_deals": None,
}
# Buyers who came without an ad have none; below this something loses them.
MIN_CLICK_ID_RATE = 0.1
# A fault in more rows than this has one cause; single slips are nobody's Monday.
MAX_REJECTED_RATE = 0.05
# A loader that has been silent for a week while others deliver has stopped.
MAX_DAYS_BEHIND = 7
# What is read: no history and no export log, which no connector delivers.
_READ = (
    *("build", "--exclude-resource-type", "test", "unit_test"),
    *("--select", "path:models/staging", "path:seeds"),
    *("--exclude", "path:models/staging/history", "path:models/staging/exported"),
)


@dataclass(frozen=True)
class Examination:
    """What was found: rows by the name of their query, fixes with the dearest first."""

    reporting_currency: str
    facts: dict[str, list[Row]]

    @property
    def needs_layout(self) -> bool:
        """Whether a remedy needs the standard layout, which is not in use."""
        in_use = {row["connector"] for row in self.facts["connectors"]}
        return "standard" not in in_use and any(
            "of the standard layout" in row["what_to_do"] for row in self.facts["fixes"]
        )

    @property
    def is_healthy(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.facts["fixes"]


def examine(
    begun: Callable[[str], None], advanced: Callable[[int, int], None]
) -> Examination:
    """Read and judge what is there; raises ClickToCashError with what stops a build."""
    database = database_path()
    if not database.parent.is_dir():
        raise ClickToCashError(
            f"cannot write beside {database}: its folder is missing; create it, or set"
            " C2C_DUCKDB_PATH"
        )
    place = database.with_name("doctor")
    with (
        files.alone(place, f"another c2c doctor is at work beside {database}: wait"),
        files.beside(place) as scratch,
    ):
        begun("read raw tables")
        dbt.run(
            # It would copy lines of files, which may hold addresses.
            *("--log-level-file", "none", *_READ),
            on_progress=advanced,
            environment={
                "C2C_DUCKDB_PATH": str(scratch / "examined.duckdb"),
                "C2C_RAW_DATABASE": raw_database(beside=True)
                or setting("raw_database"),
                # Kept, and not the build's: parsing takes longer than all the rest.
                "DBT_TARGET_PATH": str(_target() / "doctor"),
            },
        )
        begun("judge them")
        try:
            with connect(
                scratch / "examined.duckdb", raw_database=raw_database(beside=True)
            ) as connection:
                facts = ask(connection, connectors())
        except duckdb.Error as error:
            raise ClickToCashError(explain(str(error))) from None
    return _in_words(facts)


def _target() -> Path:
    """The folder of what dbt compiles."""
    return Path(os.environ.get("DBT_TARGET_PATH", "target"))


def connectors() -> list[str]:
    """The connectors in use, in the order of the setting; dbt has checked the names."""
    return list(dict.fromkeys(connectors_in_use()))


def place_of(connector: str) -> str:
    """Where the tables of a connector are looked for."""
    location = setting("raw_location").rstrip("/")
    if connector == "standard":
        return location
    schema = connector_schema(connector)
    if database := setting("raw_database"):
        return f"schema {schema} of {database}"
    return f"{location}/{schema}"


def ask(
    connection: duckdb.DuckDBPyConnection, in_use: Sequence[str]
) -> dict[str, list[Row]]:
    """All facts of a database in which staging was built, by the name of the query."""
    own: dict[str, Any] = {
        "connectors": in_use,
        "tables": suites.layout(),
        "staged": _staged(connection),
        "carriers": CARRIERS,
        "click_id_types": suites.CLICK_ID_TYPES,
        "arrivals": suites.ARRIVALS,
        "kinds": list(REMEDIES),
        "reporting_currency": setting("reporting_currency"),
        "fx_max_age_days": int(setting("fx_max_age_days")),
        "min_click_id_rate": MIN_CLICK_ID_RATE,
        "max_rejected_rate": MAX_REJECTED_RATE,
        "max_days_behind": MAX_DAYS_BEHIND,
    }
    connection.execute(_render("staged", own))
    facts = {}
    for name in FACTS:
        connection.execute(f"create table doctor.{name} as {_render(name, own)}")
        facts[name] = rows_of(connection, f"from doctor.{name}")
    return facts


def _staged(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The models of staging that hold rows of each table of the layout."""
    built = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'staging'"
        ).fetchall()
    }
    return {
        table.name: [
            model
            for kind in ("standard", "connected")
            if (model := f"stg_{kind}__{table.name}") in built
        ]
        for table in suites.layout()
    }


def _in_words(facts: dict[str, list[Row]]) -> Examination:
    currency = setting("reporting_currency")
    names = [row["connector"] for row in facts["connectors"]]
    places = {name: place_of(name) for name in names}
    in_words = {
        "connectors": [
            row | {"place": places[row["connector"]]} for row in facts["connectors"]
        ],
        "fixes": [
            told(row, places[row["connector"]], currency) for row in facts["fixes"]
        ],
    }
    return Examination(currency, facts | in_words)


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader([SQL, MACROS]), undefined=jinja2.StrictUndefined
)


def _render(name: str, parameters: dict[str, Any]) -> str:
    """A query file with its parameters; a parameter that it lacks is an error."""
    return _ENVIRONMENT.get_template(f"{name}.sql").render(parameters).strip()
