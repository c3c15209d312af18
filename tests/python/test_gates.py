"""The gates judge as quality.yml says: their arithmetic, words and silence.

What they find on damaged data is the matter of the bad days; here each kind of
comparison is held against arithmetic of its own, and a quiet year must stay quiet.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import DemoBuild
from rich.console import Console
from warehouse import PROJECT

from click_to_cash import progress
from click_to_cash.errors import ClickToCashError
from click_to_cash.quality import gate, suites, thresholds
from click_to_cash.quality.suites import Check, Day
from click_to_cash.quality.told import tell

TODAY = dt.date(2026, 2, 5)
QUALITY = PROJECT / "quality.yml"
CONTENT = yaml.safe_load(QUALITY.read_text("utf-8"))


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


@pytest.fixture
def raw() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the raw tables of the layout, empty, all text."""
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for table in suites.layout():
            columns = ", ".join(f"{name} varchar" for name in table.columns)
            connection.execute(f"create table raw.{table.name} ({columns})")
        tell(connection, "memory", suites.layout())
        connection.execute("set search_path = 'raw'")
        yield connection


def checks(which: str, today: dt.date = TODAY) -> list[Check]:
    day = Day(str(today), False, "USD", False, suites.layout())
    found = suites.raw_checks if which == "raw" else suites.mart_checks
    return list(found(day, thresholds.read(QUALITY)))


def found_by(
    connection: duckdb.DuckDBPyConnection, name: str, table: str
) -> list[dict[str, object]]:
    """What one raw check finds in the database."""
    (check,) = [c for c in checks("raw") if (c.name, c.table) == (name, table)]
    result = connection.execute(check.query.replace("{batch}", f"told.{table}"))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_issues_are_measured_by_all_rows_of_their_table() -> None:
    """Eighteen rows in two hundred of two connectors are less than one in ten."""
    (check,) = [c for c in checks("marts") if c.name == "issues_per_day"]
    with duckdb.connect() as connection:
        connection.execute("""
            create table raw_row_accounts as
            select connector, 'orders' as table_name, 100 as delivered_row_count
            from (values ('shopify'), ('standard'), ('hubspot')) as t (connector)
            where connector <> 'hubspot'
            union all select 'hubspot', 'orders', 0
        """)
        connection.execute(f"""
            create table data_issues as
            select
                'orders' as table_name,
                'currency_code' as column_name,
                'missing' as issue,
                1 as delivered_row_count,
                timestamp '{days_before(60)}' as known_at
            from range(18)
        """)
        query = check.query.replace("{batch}", "data_issues")
        assert connection.execute(query).fetchall() == []
        connection.execute("update data_issues set delivered_row_count = 2")
        assert [row[1:3] for row in connection.execute(query).fetchall()] == [
            ("of all rows", 36)
        ]


def days_before(count: int) -> str:
    return str(TODAY - dt.timedelta(days=count))


def insert_fills(
    connection: duckdb.DuckDBPyConnection, day: str, total: int, with_id: int
) -> None:
    """Form fills of a day, some of them with a click ID of Google."""
    connection.execute(
        """
        insert into form_fills (form_fill_id, submitted_at, click_id, click_id_type)
        select
            $day || '/' || i,
            $day,
            case when i < $with_id then 'Id-' || $day || '-' || i end,
            case when i < $with_id then 'gclid' end
        from range($total) as rows (i)
        """,
        {"day": day, "with_id": with_id, "total": total},
    )


def deviations_of_shares(hits: int, total: int, hits_before: int, before: int) -> float:
    """Distance of two proportions in standard errors, as any textbook has it."""
    pooled = (hits + hits_before + 1) / (total + before + 2)
    error = math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / before))
    return abs(hits / total - hits_before / before) / error


@pytest.mark.parametrize("hits_a_day", [0, 1, 2, 3, 4, 5, 6])
def test_a_share_that_moved_is_told_by_two_proportions(
    raw: duckdb.DuckDBPyConnection, hits_a_day: int
) -> None:
    """Too eager, it cries at chance; too lazy, a broken form goes on for weeks."""
    for day in range(1, 8):
        insert_fills(raw, days_before(day), 6, hits_a_day)
    for day in range(8, 36):
        insert_fills(raw, days_before(day), 6, 4)
    # Neither window: the day itself, and what is older than both.
    insert_fills(raw, days_before(0), 90, 0)
    insert_fills(raw, days_before(36), 90, 0)
    limits = CONTENT["raw"]["click_ids_filled"]
    is_alarm = (
        deviations_of_shares(7 * hits_a_day, 42, 28 * 4, 168) > limits["max_deviations"]
        and abs(hits_a_day / 6 - 4 / 6) > limits["min_change"]
    )
    found = found_by(raw, "click_ids_filled", "form_fills")
    told = [row for row in found if row["subject"] == "form_fills with any click ID"]
    assert bool(told) == is_alarm
    if told:
        assert told[0]["found"] == pytest.approx(hits_a_day / 6, abs=0.001)
        assert told[0]["expected"] == pytest.approx(4 / 6, abs=0.001)
        assert told[0]["rows_judged"] == 42


@pytest.mark.parametrize("row_count", [0, 3, 8, 16, 20, 40])
def test_a_day_that_is_too_full_or_empty_is_told_by_its_root(
    raw: duckdb.DuckDBPyConnection, row_count: int
) -> None:
    """2√n of a count n varies by 1 whatever n is; so do 16 rows of every day."""
    for day in range(1, 36):
        insert_fills(raw, days_before(day), row_count if day == 3 else 16, 0)
    deviation = 2 * math.sqrt(row_count + 0.375) - 2 * math.sqrt(16.375)
    is_alarm = abs(deviation) > CONTENT["raw"]["rows_per_day"]["max_deviations"]
    found = found_by(raw, "rows_per_day", "form_fills")
    told = [row for row in found if row["period"] == days_before(3)]
    assert bool(told) == is_alarm
    if told:
        assert told[0]["found"] == row_count
        assert told[0]["expected"] == 16
        assert told[0]["deviations"] == pytest.approx(deviation, abs=0.051)


def test_too_little_to_judge_by_is_not_judged(raw: duckdb.DuckDBPyConnection) -> None:
    """A firm with two leads a week would otherwise be stopped by every quiet day."""
    insert_fills(raw, days_before(10), 3, 3)
    insert_fills(raw, days_before(2), 9, 0)
    assert not found_by(raw, "rows_per_day", "form_fills")
    assert not found_by(raw, "click_ids_filled", "form_fills")


def test_a_week_that_is_slightly_low_every_day_is_told(
    raw: duckdb.DuckDBPyConnection,
) -> None:
    """No single day is out of bounds, all seven together are."""
    for day in range(1, 36):
        insert_fills(raw, days_before(day), 6 if day < 8 else 16, 0)
    (told,) = found_by(raw, "rows_per_day", "form_fills")
    assert told["period"] == "7 days"
    assert told["found"] == 6


def test_the_day_of_the_check_is_no_later_than_its_delivery(
    raw: duckdb.DuckDBPyConnection,
) -> None:
    """One order dated in the next century would make every other table stale."""
    raw.execute("""
        insert into orders (order_id, ordered_at, loaded_at) values
        ('o1', '2026-02-03T10:00Z', '2026-02-04 06:00'),
        ('o2', '2126-02-03', '2026-02-04 06:00'),
        ('o3', 'yesterday', '2026-02-09 06:00')
    """)
    tables, limits = suites.layout(), thresholds.read(QUALITY)
    assert gate.newest_day(raw, tables, limits) == dt.date(2026, 2, 3)


def test_no_address_gets_into_a_report(raw: duckdb.DuckDBPyConnection) -> None:
    """Subjects are made of what people typed."""
    raw.execute("insert into deal_stages (stage) values ('won')")
    for number in range(4):
        raw.execute(
            "insert into crm_deal_stage_changes (deal_id, stage, changed_at)"
            f" values ('d{number}', 'ask jo@customer.example', '{days_before(1)}')"
        )
    (told,) = found_by(raw, "stages_known", "crm_deal_stage_changes")
    assert told["subject"] == "(a value that holds an address)"
    assert told["found"] == 4


def test_a_subject_is_shown_as_it_is_called() -> None:
    """Brackets in a page's address would be taken for style, or stop the output."""
    subject = "https://shop.example/[/bold][x]"
    verdict = gate.Verdict("click_ids_filled", "orders", "", "", [{"subject": subject}])
    console = Console(width=100)
    with console.capture() as shown:
        console.print(progress.alarms(gate.Inspection("raw", TODAY, [verdict], None)))
    assert subject in shown.get()


def with_accepted(folder: Path, *alarms: object) -> Path:
    path = folder / "quality.yml"
    path.write_text(yaml.safe_dump(CONTENT | {"accepted": list(alarms)}), "utf-8")
    return path


def test_an_accepted_alarm_is_not_raised_again(
    raw: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Else a sale stops the publication for a week; and only this alarm is accepted."""
    for day in range(1, 36):
        insert_fills(raw, days_before(day), 60 if day in (2, 3) else 6, 0)
    alarm = {
        "check": "rows_per_day",
        "subject": "form_fills",
        "period": days_before(2),
        "why": "a fair",
    }
    path = with_accepted(tmp_path, alarm)
    today = Day(str(TODAY), False, "USD", False, suites.layout())
    (check,) = [
        c
        for c in suites.raw_checks(today, thresholds.read(path))
        if (c.name, c.table) == ("rows_per_day", "form_fills")
    ]
    periods = [
        row[1]
        for row in raw.execute(
            check.query.replace("{batch}", "told.form_fills")
        ).fetchall()
    ]
    assert periods == [days_before(3), "7 days"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("raw: [", "is no YAML"),
        ("raw: {}", "must have the parts accepted, marts, raw, windows"),
        (
            yaml.safe_dump(CONTENT | {"raw": {"freshness": {"max_days": {}}}}),
            "raw.freshness needs numbers and a why",
        ),
        (
            yaml.safe_dump(CONTENT | {"accepted": [{"check": "rows_per_day"}]}),
            "every accepted alarm needs check, subject and why",
        ),
    ],
)
def test_a_faulty_quality_file_says_what_is_wrong(
    tmp_path: Path, text: str, line: str
) -> None:
    """Thresholds that are not read as they were meant protect nobody."""
    path = tmp_path / "quality.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ClickToCashError, match=line) as caught:
        thresholds.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_check_has_a_threshold_a_query_and_a_paragraph() -> None:
    """An alarm at night must lead somewhere."""
    page = (PROJECT / "docs/runbooks/gates.md").read_text("utf-8")
    paragraphs = re.findall(r"^### `(\w+)`$", page, re.MULTILINE)
    for name in ("raw", "marts"):
        queries = {path.stem for path in (suites.SQL / name).glob("*.sql")}
        assert queries == set(CONTENT[name])
        with_publication = set(suites.WITH_PUBLICATION) & queries
        assert {check.name for check in checks(name)} | with_publication == queries
    assert sorted(paragraphs) == sorted([*CONTENT["raw"], *CONTENT["marts"]])


def test_the_gates_know_the_click_ids_that_the_models_know() -> None:
    """A family added to one list alone would be credited and never watched."""
    macro = (PROJECT / "macros/urls/click_id_types.sql").read_text("utf-8")
    listed = macro.partition("{% endmacro %}")[0]
    assert re.findall(r"'name': '(\w+)'", listed) == suites.CLICK_ID_TYPES


def test_a_quiet_year_raises_no_alarm(demo_build: DemoBuild) -> None:
    """Whoever is woken for nothing stops listening. The demo has the usual dirt."""
    assert demo_build.returncode == 0
    days = [dt.date(2025, 3, 15) + dt.timedelta(days=29 * i) for i in range(11)]
    alarms = []
    with duckdb.connect(str(demo_build.database), read_only=True) as connection:
        tell(connection, "click_to_cash", suites.layout())
        for day in days:
            for which, schema in (
                ("raw", "told.main"),
                ("marts", "click_to_cash.marts"),
            ):
                connection.execute(f"set search_path = '{schema}'")
                for check in checks(which, day):
                    # What lies after the day was not there yet on the day.
                    if check.name in ("dates_plausible", "issues_per_day"):
                        continue
                    query = check.query.replace("{batch}", check.table)
                    alarms += [
                        (str(day), check.name, *row)
                        for row in connection.execute(query).fetchall()
                    ]
    # Shopping ads of the demo paused for three weeks in summer.
    assert not [
        alarm for alarm in alarms if alarm[1:3] != ("freshness", "product_spend")
    ]
