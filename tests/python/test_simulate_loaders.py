"""Claims about the world as loaders land it: connectors make the same of it.

Unseen, a connector could lose a column, count a version twice or read another time, and
every report of whoever uses it would be off by it: the tests of single connectors hold
what somebody thought of.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from conftest import DemoBuild
from typer.testing import CliRunner
from warehouse import PROJECT, run_dbt

from click_to_cash.cli import app
from click_to_cash.simulate import simulate
from click_to_cash.simulate.columns import LAYOUT
from click_to_cash.simulate.loaders import SETTINGS

CONNECTORS = SETTINGS["connectors"].split(",")[1:]
# Of these, the names of connectors, and how many rows each of them has delivered.
OF_CONNECTORS = {"build_info", "raw_row_accounts"}
OF_ANY_CONNECTOR = rf"^({'|'.join(['standard', *CONNECTORS])})/"
# Shopify numbers refunds of lines and what was given back beside them apart.
OF_A_KIND = r"\badjustment/"
# A page of Segment's is a click and belongs to a visit: a time that cannot be read is
# told of both. (The IDs of pages of clicks begin with P.)
TOLD_TWICE = (
    "table_name = 'web_sessions' and issue = 'unreadable' and row_key like 'P%'"
)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world of the demo as loaders land it."""
    folder = tmp_path_factory.mktemp("landed")
    simulate(folder, seed=20, days=365, clicks=4000, layout="fivetran")
    return folder


def known_columns(connector: str) -> dict[str, list[str]]:
    """What the source YAML of a connector lists, by table."""
    path = PROJECT / f"models/staging/{connector}/_sources.yml"
    (source,) = yaml.safe_load(path.read_text("utf-8"))["sources"]
    return {
        table["name"]: [column["name"] for column in table["columns"]]
        for table in source["tables"]
    }


def test_every_table_and_column_is_one_that_its_connector_reads(landed: Path) -> None:
    written = set()
    for path in landed.rglob("*.csv"):
        folder = path.parent.relative_to(landed).as_posix()
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        if folder in {".", "answer_key"}:
            name = path.stem if folder == "." else f"{folder}/{path.stem}"
            assert header == LAYOUT[name].split()
        else:
            written.add(folder)
            assert set(header) <= set(known_columns(folder)[path.stem]), path
    assert written == set(CONNECTORS)


def test_parquet_holds_the_cells_of_the_csv(tmp_path: Path) -> None:
    for kind in ("csv", "parquet"):
        arguments = f"simulate --out {tmp_path}/{kind} --clicks 50 --days 9"
        result = CliRunner().invoke(
            app, [*arguments.split(), "--layout", "fivetran", "--format", kind]
        )
        assert result.exit_code == 0, result.output
        assert f"C2C_CONNECTORS={SETTINGS['connectors']}" in result.output
    paths = sorted((tmp_path / "csv").rglob("*.csv"))
    assert paths
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        twin = path.relative_to(tmp_path / "csv").with_suffix(".parquet")
        cells = pq.read_table(tmp_path / "parquet" / twin).to_pylist()
        assert [{k: v or "" for k, v in row.items()} for row in cells] == rows


def test_the_world_in_shapes_of_connectors_gives_the_same_marts_row_for_row(
    demo_build: DemoBuild, landed: Path, tmp_path: Path
) -> None:
    result = run_dbt(
        *("build", "--exclude", "resource_type:unit_test"),
        folder=tmp_path,
        raw_location=str(landed),
        **SETTINGS,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_build.database}' as demo (read_only)")
        connection.execute(
            f"attach '{tmp_path / 'click_to_cash.duckdb'}' as landed (read_only)"
        )
        marts = marts_of(connection)
        assert len(marts) > 25
        differing = {mart: differences(connection, mart) for mart in marts}
    assert {mart: rows for mart, rows in differing.items() if rows} == {}


def marts_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables that people read, as `schema.table`."""
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = 'demo' and schema_name in ('marts', 'exports')"
        " order by all"
    ).fetchall()
    return [name for (name,) in tables if name.partition(".")[2] not in OF_CONNECTORS]


def without(text: str, *parts: str) -> str:
    """A column with these parts of it left out."""
    for part in parts:
        text = f"regexp_replace({text}, '{part}', '')"
    return text


def differences(
    connection: duckdb.DuckDBPyConnection, mart: str
) -> list[tuple[object, ...]]:
    """Rows of a mart that only one of the two worlds has; connectors go by one name."""
    columns = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'demo'"
        " and schema_name || '.' || table_name = ? order by column_index",
        [mart],
    ).fetchall()
    told = {
        "connector": "'any' as connector",
        "entry_id": f"{without('entry_id', OF_A_KIND, OF_ANY_CONNECTOR)} as entry_id",
        "row_key": f"{without('row_key', OF_A_KIND)} as row_key",
    }
    cells = ", ".join(told.get(name, f'"{name}"') for (name,) in columns)
    # What is told twice is left out where it can be, in the mart of issues.
    kept = f"not ({TOLD_TWICE})" if mart == "marts.data_issues" else "true"
    of_demo, of_landed = (
        f"select {cells} from {database}.{mart} where {kept}"
        for database in ("demo", "landed")
    )
    return connection.execute(
        f"({of_demo} except all {of_landed})"
        f" union all ({of_landed} except all {of_demo}) limit 5"
    ).fetchall()
