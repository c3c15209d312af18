"""What was believed at past month ends: replays, and what restatements make of them."""

from __future__ import annotations

import json
import stat
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from publication import Ended, Place
from warehouse import PROJECT, rows, run_dbt

from click_to_cash.publish import checksum_of
from click_to_cash.replay import month_ends

KEPT = {
    "int_observation": "intermediate",
    "int_entries_placed": "intermediate",
    "int_spend_months": "intermediate",
    "roas_projected_by_campaign_week": "marts",
}
ENDS = [date(2025, month, 1) for month in range(2, 13)] + [date(2026, 1, 1)]
LATER = {
    "order_placed": "later_orders",
    "order_refunded": "later_refunds",
    "order_cancelled": "later_refunds",
    "deal_won": "later_wins",
    "deal_unwon": "later_deal_changes",
    "deal_amount_changed": "later_deal_changes",
    "deal_deleted": "later_deal_changes",
}
VALUES = [*dict.fromkeys(LATER.values()), "moved_credit", "restated_rows"]
STEPS = [*VALUES[:4], "restated_spend", *VALUES[4:]]
Cell = tuple[date, str, str]


@dataclass(frozen=True)
class Demo:
    """The demo built, replayed and built again."""

    place: Place
    first: Ended

    def dbt(self, *arguments: str, **settings: str) -> None:
        """A dbt command on it that must succeed."""
        result = run_dbt(
            *arguments,
            folder=self.place.folder,
            **{
                "raw_location": str(self.place.raw),
                "duckdb_path": str(self.place.database),
                "history_path": str(self.place.database.with_name("history")),
            }
            | settings,
        )
        assert result.returncode == 0, result.stdout + result.stderr

    @property
    def history(self) -> Path:
        """The one folder of month ends."""
        (folder,) = self.place.database.with_name("history").iterdir()
        return folder

    def reports_kept(self, **settings: str) -> list[datetime]:
        """The month ends that a build with these settings reads."""
        database = self.place.folder / "other.duckdb"
        database.unlink(missing_ok=True)
        name = "stg_history__observations"
        self.dbt("run", "-s", name, duckdb_path=str(database), **settings)
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute(f"from staging.{name} order by all").fetchall()
        return [observed_at for (observed_at,) in found]


def kept(file: Path) -> list[tuple[Any, ...]]:
    """The rows of a file of a month end; their order is nobody's claim."""
    return duckdb.execute(f"from '{file}' order by all").fetchall()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("replay")
    place = Place(
        folder=folder,
        raw=PROJECT / "seeds/demo",
        database=folder / "build.duckdb",
        published=folder / "published.duckdb",
    )
    built = Demo(place, Ended(0, ""))
    built.dbt("build", "--exclude-resource-types", "unit_test", "test")
    replayed = Demo(place, place.run("replay"))
    assert replayed.first.code == 0, replayed.first.output
    reading = "--select", "source:history+"
    replayed.dbt("build", *reading, "--exclude-resource-type", "unit_test")
    return replayed


@pytest.fixture
def built(demo: Demo) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo.place.database), read_only=True) as connection:
        yield connection


def test_every_whole_month_since_the_first_event_is_kept(demo: Demo) -> None:
    assert sorted(path.name for path in demo.history.iterdir()) == list(map(str, ENDS))
    said = demo.first.output.splitlines()[-1]
    assert f"12 month ends built, 12 in {demo.history};" in said


def test_a_month_that_is_not_over_has_no_end() -> None:
    """Half a month shown as a whole one looks like a collapse."""
    first = datetime(2024, 11, 30, 23, 59)
    until = [
        (datetime(2025, 1, 31, 23, 59), ["2024-12-01", "2025-01-01"]),
        (datetime(2025, 2, 1), ["2024-12-01", "2025-01-01", "2025-02-01"]),
        (datetime(2024, 11, 30, 23, 59), []),
    ]
    for last, expected in until:
        assert [str(end) for end in month_ends(first, last)] == expected


def test_a_month_end_is_what_dbt_builds_as_of_it(demo: Demo, tmp_path: Path) -> None:
    """The compiled models are another way to the same numbers, not other numbers."""
    end = ENDS[8]
    database = tmp_path / "as_of.duckdb"
    wanted = [f"+{name}" for name in KEPT]
    only = "--exclude-resource-types", "unit_test", "test", "exposure"
    settings = {"as_of": str(end), "duckdb_path": str(database)}
    demo.dbt("build", *only, "--select", *wanted, **settings)
    with duckdb.connect(str(database), read_only=True) as connection:
        for name, schema in KEPT.items():
            file = demo.history / str(end) / f"{name}.parquet"
            kept = f"(select * exclude (as_of) from '{file}')"
            found = checksum_of(connection, kept)
            assert found == checksum_of(connection, f"{schema}.{name}")
            assert found[0] > 0


def test_what_is_kept_says_what_it_was_built_from_and_is_its_owners(
    demo: Demo,
) -> None:
    folder = demo.history / "2025-06-01"
    told = json.loads((folder / "built_from.json").read_text("utf-8"))
    assert told["as_of"] == "2025-06-01"
    assert told["raw_location"] == str(demo.place.raw)
    assert (told["reporting_currency"], told["code_version"]) == ("USD", "0.1.0")
    assert (
        {path.stem for path in folder.glob("*.parquet")} == {*KEPT} == {*told["kept"]}
    )
    for path in [folder, *folder.iterdir()]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_only_what_is_missing_is_built_and_what_is_half_is_nowhere(demo: Demo) -> None:
    """A replay that was killed while it wrote, twice: the rest must not be read."""
    whole = {path: path.stat().st_mtime_ns for path in demo.history.iterdir()}
    gone = demo.history / "2025-05-01"
    unfinished = demo.history / ".2025-05-01.tmp"
    unfinished.mkdir()
    gone.rename(unfinished / "2025-05-01")
    (unfinished / "2025-05-01/int_spend_months.parquet").unlink()
    scratch = demo.place.database.with_name(".history.tmp")
    scratch.mkdir()
    (scratch / "replay.duckdb").write_bytes(b"half a database")
    assert datetime(2025, 5, 1) not in demo.reports_kept()
    ended = demo.place.run("replay")
    assert "1 month ends built, 12 in" in ended.output, ended.output
    assert not unfinished.exists()
    assert not scratch.exists()
    now = {path: path.stat().st_mtime_ns for path in demo.history.iterdir()}
    assert {path for path in whole if now[path] != whole[path]} == {gone}
    assert len(list(gone.iterdir())) == len(KEPT) + 1


def test_again_builds_every_month_end_anew(demo: Demo) -> None:
    """Who has corrected the past wants the corrected past, and nothing of the other."""
    broken = demo.history / "2025-03-01/int_spend_months.parquet"
    sound = kept(broken)
    assert sound
    broken.write_bytes(b"wrong")
    before = {path: path.stat().st_ino for path in demo.history.iterdir()}
    ended = demo.place.run("replay", "--again")
    assert "12 month ends built, 12 in" in ended.output, ended.output
    after = {path: path.stat().st_ino for path in demo.history.iterdir()}
    assert after.keys() == before.keys()
    assert not {path for path in after if after[path] == before[path]}
    assert kept(broken) == sound


def test_a_build_reads_what_it_can_be_compared_with(demo: Demo) -> None:
    """Dollars beside euros, or one shop beside another, would be restated every day."""
    assert len(demo.reports_kept()) == len(ENDS)
    assert not demo.reports_kept(reporting_currency="EUR")
    assert not demo.reports_kept(click_window_days="30")
    assert not demo.reports_kept(raw_location=str(demo.place.raw) + "/../demo")
    # A build as of a time must not know what was believed after it.
    seen = demo.reports_kept(as_of="2025-04-01")
    assert seen == [datetime(2025, month, 1) for month in (2, 3, 4)]


def test_a_replay_without_its_build_says_what_to_do(demo: Demo, tmp_path: Path) -> None:
    nowhere = Place(tmp_path, demo.place.raw, tmp_path / "x.duckdb", tmp_path / "p")
    assert nowhere.run("replay").error.endswith("x.duckdb: run `c2c build`")
    duckdb.connect(str(nowhere.database)).close()
    assert nowhere.run("replay").error.endswith("no finished build: run `c2c build`")
    other = Place(tmp_path, tmp_path / "raw", demo.place.database, tmp_path / "p")
    other.raw.mkdir()
    (other.raw / "products.csv").write_text("product_id\np1\n")
    ended = other.run("replay")
    assert ended.code == 1
    assert "was built with other settings" in ended.output.splitlines()[-1]


# Restatements, counted again entry by entry.


def entries(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Entries by ID, each with the cell where its value stands; cross-line: none."""
    for entry in found:
        day = entry["click_date"] or entry["anchor_at"]
        platform = entry["platform"] or "unattributed"
        cell = date(day.year, day.month, 1), platform, entry["business_line"]
        entry["cell"] = None if entry["is_cross_line"] else cell
    return {entry["entry_id"]: entry for entry in found}


def then(demo: Demo, end: date) -> dict[str, dict[str, Any]]:
    """What was kept, in the columns of the present ledger."""
    with duckdb.connect() as connection:
        return entries(
            rows(
                connection,
                "select *, month_start_date as click_date, null as anchor_at"
                f" from '{demo.history}/{end}/int_entries_placed.parquet'",
            )
        )


def value_parts(
    before: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]], end: datetime
) -> dict[Cell, dict[str, Decimal]]:
    """Money of each part by cell, as docs/rules.md defines it."""
    parts: dict[Any, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for key in before.keys() | now.keys():
        old, new = before.get(key), now.get(key)
        if old:
            parts[old["cell"]]["reported"] += old["revenue"]
        if new:
            parts[new["cell"]]["current"] += new["revenue"]
        if old and new:
            parts[old["cell"]]["moved_credit"] -= old["revenue"]
            parts[new["cell"]]["moved_credit"] += old["revenue"]
            parts[new["cell"]]["restated_rows"] += new["revenue"] - old["revenue"]
        elif old:
            parts[old["cell"]]["restated_rows"] -= old["revenue"]
        elif new:
            is_later = new["known_at"] and new["known_at"] > end
            part = LATER.get(new["event_type"]) if is_later else "restated_rows"
            if part:
                parts[new["cell"]][part] += new["revenue"]
            else:
                assert new["revenue"] == 0
    parts.pop(None, None)
    return parts


def spend_by_cell(found: list[dict[str, Any]]) -> dict[Cell, Decimal]:
    return {
        (row["month_start_date"], row["platform"], line): row[f"{line}_spend"]
        for row in found
        for line in ("ecommerce", "lead_gen")
    }


def ratio(value: Decimal, spend: Decimal) -> Decimal | None:
    """ROAS to six decimals; None without spend."""
    if spend <= 0:
        return None
    return (value / spend).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@pytest.mark.parametrize("end", [ENDS[2], ENDS[5], ENDS[10]])
def test_the_parts_are_those_of_the_rules(
    demo: Demo, built: duckdb.DuckDBPyConnection, end: date
) -> None:
    at = datetime(end.year, end.month, end.day)
    now = entries(
        rows(built, "from marts.value_ledger where conversion_type <> 'form_fill'")
    )
    values = value_parts(then(demo, end), now, at)
    spend_then = spend_by_cell(
        rows(built, f"from '{demo.history}/{end}/int_spend_months.parquet'")
    )
    spend_now = spend_by_cell(rows(built, "from marts.roas_side_by_side"))
    found: list[dict[str, Any]] = rows(
        built, f"from marts.roas_restatements where reported_at = timestamp '{at}'"
    )
    told: set[Cell] = set()
    for row in found:
        cell = row["month_start_date"], row["platform"], row["business_line"]
        assert cell[0] < end
        told.add(cell)
        money = values[cell]
        for part in ["reported", *VALUES, "current"]:
            assert row[f"{part}_value"] == money[part], (cell, part)
        before = spend_then.get(cell, Decimal())
        after = spend_now.get(cell, Decimal())
        assert (row["reported_spend"], row["current_spend"]) == (before, after)
        assert row["restated_spend"] == after - before
        value, spend = money["reported"], before
        roas = ratio(value, spend)
        assert row["reported_roas"] == roas
        for step in STEPS:
            if step == "restated_spend":
                spend = after
            else:
                value += money[step]
            stepped = ratio(value, spend)
            expected = (
                stepped - roas if stepped is not None and roas is not None else None
            )
            if before > 0 and after > 0:
                assert row[f"{step}_roas"] == expected, (cell, step)
            else:
                assert row[f"{step}_roas"] is None
            roas = stepped
        assert row["current_roas"] == roas
    filled = {
        cell
        for cell, money in values.items()
        if cell[0] < end and (money["reported"] or money["current"])
    }
    assert filled <= told
    assert len(told) > 10


def test_the_demo_shows_every_part(built: duckdb.DuckDBPyConnection) -> None:
    """A part that is always 0 proves nothing of itself."""
    sums = ", ".join(f"sum(abs({part}_value)) as {part}" for part in VALUES)
    (found,) = rows(
        built,
        f"select {sums}, sum(abs(restated_spend)) as restated_spend"
        " from marts.roas_restatements",
    )
    assert all(found.values()), found
