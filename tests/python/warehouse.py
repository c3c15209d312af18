"""The models without dbt's cost per node: compiled once, run on in-memory databases.

`compile_models` asks dbt for the SQL of every model; `Models.build` runs it in the
order of the manifest on a fresh DuckDB whose schema `raw` holds the rows of a small
world. One test shows that this gives what `dbt build` gives.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from click_to_cash import compiled
from click_to_cash.compiled import AS_OF_SENTINEL as AS_OF_SENTINEL

PROJECT = Path(__file__).resolve().parents[2]
DBT = Path(sys.executable).with_name("dbt")
# By the settings; dbt takes ten seconds for each.
MANIFESTS: dict[frozenset[tuple[str, str]], dict[str, Any]] = {}
PARSED = Path(tempfile.mkdtemp(prefix="parsed"))
atexit.register(shutil.rmtree, PARSED, ignore_errors=True)
RawRow = Mapping[str, "str | None"]
World = Mapping[str, Sequence[RawRow]]


def run_dbt(
    *arguments: str, folder: Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run dbt on this project with every artefact in `folder`.

    Settings are environment variables without their prefix C2C_, in lower case. The
    result carries what dbt printed; a failing dbt is the caller's to judge.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("C2C_")}
    environment |= {f"C2C_{name.upper()}": value for name, value in settings.items()}
    environment.setdefault("C2C_HISTORY_PATH", str(folder / "history"))
    environment.setdefault("C2C_EXPORT_LOG_PATH", str(folder / "export_log"))
    environment |= {
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_USE_COLORS": "false",
    }
    database = Path(settings.get("duckdb_path", folder / "click_to_cash.duckdb"))
    with parsed_before(database, folder / "target") as path:
        return subprocess.run(
            [DBT, *arguments],
            cwd=PROJECT,
            env=environment | {"C2C_DUCKDB_PATH": str(path)},
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def parsed_before(database: Path, target: Path) -> Iterator[Path]:
    """Where dbt is to build the database so that it need not parse everything anew.

    It does wherever the path is another one than last time, for ten seconds. So all
    databases of one name are built in one place, and lie where they should at the end.
    """
    place = PARSED / database.stem
    place.mkdir(exist_ok=True)
    building, parsed = place / database.name, "partial_parse.msgpack"
    target.mkdir(parents=True, exist_ok=True)
    if database.exists():
        shutil.move(database, building)
    if (place / parsed).exists():
        shutil.copy(place / parsed, target)
    yield building
    if (target / parsed).exists():
        shutil.copy(target / parsed, place)
    if building.exists():
        shutil.move(building, database)


class Models:
    """Compiled models in build order, and the raw tables that they read."""

    def __init__(
        self,
        statements: compiled.Statements,
        raw_columns: dict[str, list[str]],
        history_columns: dict[str, dict[str, str]],
        log_columns: dict[str, str],
        laws: list[tuple[str, str]],
        seeds: list[tuple[str, Path]],
    ) -> None:
        """Relations with their SQL; raw, kept and logged columns; laws; seeds.

        A law is a singular test: its query returns the rows that break the claim.
        """
        self.statements = statements
        self.raw_columns = raw_columns
        self.history_columns = history_columns
        self.log_columns = log_columns
        self.laws = laws
        self.seeds = seeds

    def build(
        self, world: World, as_of: str | None = None
    ) -> duckdb.DuckDBPyConnection:
        """A database in memory with every model built from the world's raw rows.

        Rows are dicts of delivered text; a column that a row lacks is null. A world's
        `erasure_requests` stand in for those of the project. `as_of` needs models
        compiled with the setting `as_of` at AS_OF_SENTINEL.
        """
        connection = self.empty()
        if "erasure_requests" in world:
            self.request_erasures(connection, world["erasure_requests"])
        for table in self.raw_columns:
            self.deliver(connection, table, world.get(table, ()))
        return self.run(connection, as_of)

    def deliver(
        self, connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[RawRow]
    ) -> None:
        """Put rows into a raw table."""
        columns = self.raw_columns[table]
        texts = {c: [row.get(c) for row in rows] for c in columns}
        schema = pa.schema([(column, pa.string()) for column in columns])
        connection.register("delivered", pa.table(texts, schema))
        connection.execute(f"insert into raw.{table} by name from delivered")
        connection.unregister("delivered")

    def build_from_csv(
        self,
        folder: Path,
        as_of: str | None = None,
        erasure_requests: Sequence[RawRow] | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """The same from a folder of CSV files, one per raw table."""
        connection = self.empty()
        if erasure_requests is not None:
            self.request_erasures(connection, erasure_requests)
        for path in sorted(folder.glob("*.csv")):
            connection.execute(
                f"insert into raw.{path.stem} by name "
                "select * from read_csv(?, header = true, all_varchar = true)",
                [str(path)],
            )
        return self.run(connection, as_of)

    def empty(self) -> duckdb.DuckDBPyConnection:
        """A database in memory with empty raw tables, no history, and the seeds."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("attach ':memory:' as click_to_cash")
        connection.execute("use click_to_cash")
        for schema in (
            *("raw", "history", "exported", "reference"),
            *("staging", "intermediate", "marts", "exports"),
        ):
            connection.execute(f"create schema {schema}")
        for table, columns in self.raw_columns.items():
            typed = ", ".join(
                [f"{column} varchar" for column in columns]
                + [f"{column}_native timestamp" for column in columns]
            )
            connection.execute(
                f"create table raw.{table}"
                f" ({typed}, delivered_part varchar default 'part')"
            )
        for table, types in self.history_columns.items():
            typed = ", ".join(f"{column} {form}" for column, form in types.items())
            connection.execute(
                f"create table history.{table} (as_of timestamp, {typed})"
            )
        typed = ", ".join(f"{name} {form}" for name, form in self.log_columns.items())
        connection.execute(f"create table exported.export_log ({typed})")
        self.seed(connection)
        return connection

    def seed(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Load the project's seeds into the schemas where the models look for them."""
        for relation, path in self.seeds:
            connection.execute(
                f"create table {relation} as from read_csv(?, header = true)",
                [str(path)],
            )

    def request_erasures(
        self, connection: duckdb.DuckDBPyConnection, requests: Sequence[RawRow]
    ) -> None:
        """Put these requests in the place of the project's own."""
        connection.execute("delete from staging.erasure_requests")
        for request in requests:
            connection.execute(
                "insert into staging.erasure_requests values (?, 'a world says so')",
                [request["email_sha256"]],
            )

    def run(
        self, connection: duckdb.DuckDBPyConnection, as_of: str | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Build every model on what lies in the database's schema raw."""
        compiled.run(connection, self.statements, as_of)
        return connection


def manifest_of(folder: Path, settings: Mapping[str, str]) -> dict[str, Any]:
    """What dbt compiles with these settings; asked once by all tests of a process."""
    key = frozenset(settings.items())
    if key not in MANIFESTS:
        result = run_dbt("compile", folder=folder, **settings)
        if result.returncode != 0:
            raise RuntimeError(result.stdout + result.stderr)
        MANIFESTS[key] = json.loads((folder / "target/manifest.json").read_text())
    return MANIFESTS[key]


def compile_models(
    folder: Path, wanted: Collection[str] | None = None, **settings: str
) -> Models:
    """Compile the models with the given settings; artefacts go to `folder`.

    `wanted` names models that a test asks about: only they and what they read are
    built, and only the laws that speak of nothing else are kept. Without it all are.
    """
    settings.setdefault("raw_location", str(PROJECT / "seeds/demo"))
    manifest = manifest_of(folder, settings)
    seeds = [n for n in manifest["nodes"].values() if n["resource_type"] == "seed"]
    statements = compiled.statements(manifest, wanted)
    built = {relation.partition(".")[2] for relation, _ in statements}
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    left_out = {model["unique_id"] for model in models if model["alias"] not in built}
    return Models(
        statements=statements,
        raw_columns={
            source["name"]: list(source["columns"])
            for source in manifest["sources"].values()
            if source["source_name"] == "raw"
        },
        history_columns=compiled.history_columns(manifest),
        log_columns={
            column["name"]: column["data_type"]
            for source in manifest["sources"].values()
            if source["source_name"] == "exported"
            for column in source["columns"].values()
        },
        laws=[
            (node["name"], node["compiled_code"])
            for node in manifest["nodes"].values()
            if node["resource_type"] == "test"
            and node["name"].startswith("assert_")
            and left_out.isdisjoint(node["depends_on"]["nodes"])
        ],
        seeds=[
            (f"{seed['schema']}.{seed['alias']}", PROJECT / seed["original_file_path"])
            for seed in seeds
        ],
    )


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    """The result of a query as dicts of column to value."""
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
