"""The demo year, built by dbt itself, meets its answer key."""

from __future__ import annotations

import csv
import datetime as dt
import filecmp
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import worlds
from conftest import DemoBuild
from typer.testing import CliRunner
from warehouse import (
    AS_OF_SENTINEL,
    PROJECT,
    Models,
    compile_models,
    rows,
    run_dbt,
)

from click_to_cash.cli import app
from click_to_cash.simulate import simulate

DEMO = PROJECT / "seeds/demo"
# Ten days over the year and past its end, one of them with a time of day.
REPLAY_DAYS = [
    "2025-01-15",
    "2025-02-28",
    "2025-04-01",
    "2025-05-12",
    "2025-06-30 13:37:00",
    "2025-08-08",
    "2025-09-17",
    "2025-11-02",
    "2025-12-31",
    "2026-03-15",
]


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as dicts of text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def built(demo_build: DemoBuild) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_build.database), read_only=True) as connection:
        yield connection


def test_the_demo_builds_and_every_dbt_test_passes(demo_build: DemoBuild) -> None:
    assert demo_build.returncode == 0, demo_build.output
    assert "ERROR=0" in demo_build.output
    assert "WARN=0" in demo_build.output


def outcomes(folder: Path) -> dict[str, tuple[str, int | None]]:
    """Per node of the last dbt command in a folder: its status, its failing rows."""
    found = json.loads((folder / "target/run_results.json").read_text("utf-8"))
    return {r["unique_id"]: (r["status"], r["failures"]) for r in found["results"]}


def test_a_scheduler_reads_that_all_is_well(demo_build: DemoBuild) -> None:
    """It does not read what is printed: it goes by this file and the exit code."""
    found = outcomes(demo_build.folder)
    assert {(key.partition(".")[0], status) for key, (status, _) in found.items()} == {
        ("operation", "success"),
        ("seed", "success"),
        ("model", "success"),
        ("test", "pass"),
        ("unit_test", "pass"),
        ("exposure", "no-op"),
    }


def test_a_scheduler_learns_which_test_failed(
    demo_build: DemoBuild, tmp_path: Path
) -> None:
    """A failed test that exits with 0 would let a wrong report go out every morning."""
    database = tmp_path / "click_to_cash.duckdb"
    shutil.copy(demo_build.database, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("""
            update marts.roas_by_campaign_day
            set spend = spend + 0.01
            where spend = (select max(spend) from marts.roas_by_campaign_day)
        """)
    laws = "assert_spend_is_the_bill", "assert_credit_changes_no_entry"
    result = run_dbt(
        "test", "-s", *laws, folder=tmp_path, raw_location=str(DEMO), threads="1"
    )
    assert result.returncode == 1, result.stdout + result.stderr
    found = outcomes(tmp_path)
    bill, credit = (f"test.click_to_cash.{law}" for law in laws)
    assert found[bill] == ("fail", 1)
    assert found[credit] == ("pass", 0)


def test_the_committed_demo_is_what_the_generator_makes(tmp_path: Path) -> None:
    simulate(tmp_path, seed=20, days=365, clicks=4000)
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*.csv"))
    assert made == sorted(p.relative_to(DEMO) for p in DEMO.rglob("*.csv"))
    _, differ, errors = filecmp.cmpfiles(tmp_path, DEMO, map(str, made), shallow=False)
    assert not differ
    assert not errors


def test_every_conversion_is_credited_as_the_answer_key_says(
    built: duckdb.DuckDBPyConnection,
) -> None:
    key = f"read_csv('{DEMO}/answer_key/conversions.csv', all_varchar = true)"
    compared = """
        conversion_type,
        conversion_id,
        match_status,
        match_source,
        match_reason,
        cast(net_revenue as decimal(18, 2)),
        cast(won_value as decimal(18, 2)),
    """
    wanted = f"select {compared} credited_click_id_type, credited_click_id from {key}"
    given = f"select {compared} click_id_type, click_id from marts.conversions"
    assert not built.execute(f"{wanted} except all {given}").fetchall()
    assert not built.execute(f"{given} except all {wanted}").fetchall()
    (count,) = built.execute(f"select count(*) from {key}").fetchone() or (0,)
    assert count > 1000


def test_totals_are_those_of_the_answer_key(built: duckdb.DuckDBPyConnection) -> None:
    """Measures of the key as the marts have them; law 7 in sums."""
    totals = read_csv(DEMO / "answer_key/totals.csv")
    key = {row["measure"]: row["value"] for row in totals}
    (spend, ecommerce, lead_gen, unassigned, won_deals) = (
        built.execute("""
        select
            sum(spend),
            sum(ecommerce_spend),
            sum(lead_gen_spend),
            sum(unassigned_spend),
            sum(lead_gen_won_deal_count + lead_gen_cross_line_won_deal_count)
        from marts.roas_by_campaign_day
    """).fetchone()
        or ()
    )
    assert str(spend) == key["spend"]
    assert str(ecommerce) == key["spend_ecommerce"]
    assert str(lead_gen) == key["spend_lead_gen"]
    assert str(unassigned) == key["spend_unassigned"]
    assert str(won_deals) == key["won_deal_count"]
    accounts = rows(built, "select * from marts.raw_row_accounts")
    assert len(accounts) == 16
    for account in accounts:
        table = account["table_name"]
        assert str(account["delivered_row_count"]) == key[f"raw_rows_{table}"]
        assert str(account["rejected_row_count"]) == key[f"rejected_rows_{table}"]


def test_value_lost_to_dirt_is_what_the_readme_says(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """Value that ads earned in truth, and what of it dirt keeps from its click."""
    totals = read_csv(DEMO / "answer_key/totals.csv")
    key = {row["measure"]: row["value"] for row in totals}
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for kind, measure in (("order", "net_revenue"), ("deal", "won_value")):
        (matched,) = built.execute(f"""
            select sum({measure}) from marts.conversions
            where conversion_type = '{kind}' and match_status = 'matched'
        """).fetchone() or (0,)
        assert str(matched) == key[f"{kind}_value_matched"]
        lost = float(key[f"{kind}_value_lost_to_dirt"])
        earned = float(key[f"{kind}_value_with_true_click"])
        assert 0 < lost < earned
        assert f"{lost:,.0f} of {earned:,.0f}" in readme
        assert f"{key[f'lost_to_dirt_{kind}_count']} {kind}s" in readme


def test_the_readme_shows_the_report_as_it_prints(demo_build: DemoBuild) -> None:
    result = CliRunner().invoke(app, ["report", "--database", str(demo_build.database)])
    assert result.exit_code == 0, result.output
    printed = [line.rstrip() for line in result.output.strip().splitlines()]
    readme = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    shown = [line.rstrip() for line in readme]
    start = shown.index(printed[0])
    assert shown[start : start + len(printed)] == printed


def demo_rows() -> worlds.World:
    """The raw tables of the demo as rows of text; blank is None."""
    return {
        path.stem: [
            {name: value or None for name, value in row.items()}
            for row in read_csv(path)
        ]
        for path in sorted(DEMO.glob("*.csv"))
    }


def relations(connection: duckdb.DuckDBPyConnection, *schemas: str) -> list[str]:
    marks = ", ".join(f"'{schema}'" for schema in schemas)
    return [
        f"{schema}.{table}"
        for schema, table in connection.execute(f"""
            select table_schema, table_name from information_schema.tables
            where table_schema in ({marks})
        """).fetchall()
    ]


def assert_same_marts(
    first: duckdb.DuckDBPyConnection, second: duckdb.DuckDBPyConnection
) -> None:
    names = relations(first, "marts")
    assert len(names) > 15
    for name in names:
        one = first.execute(f"select * from {name} order by all").fetchall()
        two = second.execute(f"select * from {name} order by all").fetchall()
        assert one == two, name


def test_compiled_models_give_what_dbt_build_gives(
    built: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The in-memory builds of the property tests stand for dbt's own."""
    with compile_models(tmp_path).build_from_csv(DEMO) as compiled:
        assert_same_marts(built, compiled)


@pytest.fixture(scope="module")
def models_as_of(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("as_of"), as_of=AS_OF_SENTINEL)


@pytest.mark.parametrize("day", REPLAY_DAYS)
def test_a_build_as_of_a_day_is_the_build_from_what_was_known_then(
    models_as_of: Models, day: str
) -> None:
    """Law 5. The reference's reading of a row says when it was known."""
    known = worlds.truncated(demo_rows(), dt.datetime.fromisoformat(day))
    with (
        models_as_of.build_from_csv(DEMO, as_of=day) as from_all,
        models_as_of.build(known, as_of=day) as from_known,
    ):
        assert_same_marts(from_all, from_known)
        (spend,) = from_all.execute(
            "select sum(spend) from marts.roas_by_campaign_day"
        ).fetchone() or (0,)
        assert spend > 0
