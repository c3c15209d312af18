"""The command line says in one line what is wrong and what to do; no traceback."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from click_to_cash import report as reporting
from click_to_cash.cli import app


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def printed(result: Result) -> str:
    """The output without the colours that CI and terminals may force."""
    return re.sub(r"\x1b\[[0-9;]*m", "", result.output)


def only_line(result: Result) -> str:
    """The one line of an expected failure."""
    assert result.exit_code == 1, result.output
    # Anything but an exit is an exception that a user would see as a traceback.
    assert isinstance(result.exception, SystemExit)
    (line,) = printed(result).splitlines()
    assert line.startswith("error: ")
    return line


def make_database(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_help_lists_the_verbs() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__name__ in printed(result)
    assert {c.callback.__name__ for c in app.registered_commands if c.callback} >= {
        "simulate",
        "report",
        "diff",
    }


def test_report_without_a_database_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "none.duckdb"
    line = only_line(run("report", "--database", str(path)))
    assert line == f"error: no database at {path}: run `make build` first"
    assert not path.exists()


def test_report_takes_the_database_that_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two defaults would print other numbers than BI shows."""
    monkeypatch.setenv("C2C_PUBLISHED_PATH", str(tmp_path / "mine.duckdb"))
    assert str(tmp_path / "mine.duckdb") in only_line(run("report"))
    monkeypatch.delenv("C2C_PUBLISHED_PATH")
    monkeypatch.chdir(tmp_path)
    assert " build/published.duckdb:" in only_line(run("report"))


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([], id="nothing was built"),
        pytest.param(
            [
                "create schema marts",
                "create table marts.roas_side_by_side as select 'x' as platform",
                "create table marts.raw_row_accounts as select 'x' as table_name",
                "create table marts.build_info as select '0.0.1' as code_version",
            ],
            id="an older version built it",
        ),
    ],
)
def test_report_on_a_database_without_its_marts_asks_for_a_build(
    tmp_path: Path, statements: list[str]
) -> None:
    path = make_database(tmp_path / "other.duckdb", *statements)
    line = only_line(run("report", "--database", str(path)))
    assert line.endswith("holds no finished build of this version: run `make build`")


def test_report_on_what_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("spend was high in March\n" * 1000)
    for wrong in (path, tmp_path):
        line = only_line(run("report", "--database", str(wrong)))
        assert f"cannot read {wrong}: " in line
        assert "give the file that `dbt build` wrote" in line


def test_a_path_is_shown_as_it_is(tmp_path: Path) -> None:
    """Brackets are markup to rich: it would swallow them, or fail."""
    for name in ("[old]", "[", "[/]"):
        folder = f"{tmp_path}/{name}"
        assert f"{folder}/x.duckdb:" in only_line(
            run("report", "--database", f"{folder}/x.duckdb")
        )


def test_simulate_refuses_a_world_of_no_days(tmp_path: Path) -> None:
    out = tmp_path / "raw"
    for option in ("--days", "--clicks"):
        result = run("simulate", "--out", str(out), option, "0")
        assert result.exit_code == 2
        assert option in printed(result)
        assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--start-date", "9999-12-31"], id="a world past the calendar"),
        pytest.param(["--seed", "-1"], id="a seed below 0"),
    ],
)
def test_simulate_refuses_what_cannot_be_made(
    tmp_path: Path, arguments: list[str]
) -> None:
    small = "--out", str(tmp_path), "--days", "2", "--clicks", "1"
    only_line(run("simulate", *small, *arguments))


def test_simulate_refuses_a_folder_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.write_text("not a folder")
    small = "--days", "2", "--clicks", "1"
    line = only_line(run("simulate", "--out", str(path / "raw"), *small))
    assert str(path) in line


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_simulate_writes_where_it_was_told(tmp_path: Path, kind: str) -> None:
    out = tmp_path / ("a folder [with a name] that no terminal shows in one line" * 2)
    small = "--days", "3", "--clicks", "20", "--start-date", "2024-02-28"
    result = run("simulate", "--out", str(out), *small, "--format", kind)
    assert result.exit_code == 0, result.output
    assert printed(result) == f"20 clicks over 3 days from 2024-02-28 are in {out}\n"
    assert {path.name for path in tmp_path.iterdir()} == {out.name}
    assert len(list(out.glob(f"*.{kind}"))) == 16
    assert len(list(out.glob(f"answer_key/*.{kind}"))) == 2


def shown(about: reporting.Row) -> str:
    """A report of one platform, as it prints."""
    sums: reporting.Row = {
        "platform": "google_ads",
        "spend": Decimal("1000.40"),
        "ecommerce_spend": Decimal("1000.40"),
        "ecommerce_order_count": 3,
        "ecommerce_net_revenue": Decimal("2501.00"),
        "ecommerce_roas": 2.5,
        "ecommerce_poas": None,
        "lead_gen_spend": None,
        "lead_gen_form_fill_count": 0,
        "lead_gen_won_deal_count": None,
        "lead_gen_won_value": None,
        "lead_gen_roas": None,
    }
    report = reporting.Report(
        platforms=[sums],
        total=sums | {"platform": "credited to ads"},
        apart=[sums | {"place": "unattributed"}],
        everything=sums | {"platform": "all"},
        about={
            "reporting_currency": "EUR",
            "first_month": dt.date(2025, 1, 1),
            "last_month": dt.date(2025, 3, 1),
            "as_of": None,
            "blended_roas": None,
            "open_pipeline": Decimal(0),
            "unassigned_spend": Decimal(0),
            "delivered_row_count": 12345,
            "superseded_row_count": 1,
            "rejected_row_count": 0,
        }
        | about,
    )
    console = Console(width=reporting.WIDTH, force_terminal=False)
    with console.capture() as captured:
        console.print(reporting.render(report))
    return captured.get()


def test_a_report_as_of_a_day_says_so_in_its_header() -> None:
    """The past taken for the present is the dearest mistake of a replay."""
    header = "ROAS side by side, clicks of Jan 2025 to Mar 2025, EUR"
    assert shown({}).splitlines()[0].rstrip() == header
    past = shown({"as_of": dt.datetime(2025, 4, 1, 13, 37)}).splitlines()[0].rstrip()
    assert past == f"{header}, as of 2025-04-01 13:37 UTC"


def test_a_report_of_nothing_is_still_a_report() -> None:
    """A warehouse whose tables are all empty has no months and no sums."""
    empty = shown(
        {"first_month": None, "last_month": None, "delivered_row_count": None}
    )
    assert empty.splitlines()[0].rstrip() == "ROAS side by side, EUR"


def test_cells_hold_whole_money_and_a_ratio_that_is_none_stays_blank() -> None:
    """A 0 in place of no ratio would say that the ads earned nothing."""
    (row,) = [line for line in shown({}).splitlines() if line.startswith("google_ads")]
    assert row.split() == ["google_ads", "1,000", "1,000", "3", "2,501", "2.50", "0"]
