"""The pictures show the marts' numbers, or say why they show none."""

from __future__ import annotations

import os
import random
import re
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import make_database, only_line, printed, run
from warehouse import PROJECT

from click_to_cash.plots import (
    campaign_map,
    drawing,
    lead_score_calibration,
    projected_roas,
    visibility_curves,
)
from click_to_cash.plots.labels import Label, Point, placed

Rows = list[dict[str, Any]]
MARTS = PROJECT / "models/marts"
READ = [
    "build_info",
    "visibility_by_click_age",
    "days_to_value",
    "roas_projected_by_campaign_week",
    "roas_by_campaign_day",
    "lead_score_calibration",
]
AGES = [0, 1, 3, 7, 14, 30, 60]
ECOMMERCE = [0.125, 0.375, 0.625, 0.75, 0.875, 0.9375, 1.0]
LEAD_GEN = [0.0, 0.0, 0.0625, 0.125, 0.25, 0.5, 0.9375]
ODD_NAMES = [
    'Fit-out & "desks" <b>',
    "ctl\x01\x0b\ufffe\u200b name",
    None,
    "机とイスのキャンペーン",
    "{{ datum.spend }} 'quoted' \\ back",
    "=1+1\r\nsecond line",
    "x" * 200,
    " ",
]


def publication(path: Path, tables: dict[str, Rows]) -> Path:
    """A database of the marts that the pictures read, with the contracts' columns."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for mart in READ:
            (file,) = MARTS.rglob(f"{mart}.yml")
            (model,) = yaml.safe_load(file.read_text("utf-8"))["models"]
            columns = ", ".join(
                f"{c['name']} {c['data_type']}" for c in model["columns"]
            )
            connection.execute(f"create table marts.{mart} ({columns})")
        for mart, rows in tables.items():
            for row in rows:
                connection.execute(
                    f"insert into marts.{mart} ({', '.join(row)})"
                    f" values ({', '.join('?' for _ in row)})",
                    list(row.values()),
                )
    return path


def about() -> Rows:
    return [{"reporting_currency": "EUR", "observed_at": "2026-01-03 06:00:00"}]


def visibility() -> Rows:
    rows = []
    for platform in ("all", "google_ads"):
        for age, ecommerce, lead_gen in zip(AGES, ECOMMERCE, LEAD_GEN, strict=True):
            rows.append(
                {
                    "platform": platform,
                    "age_days": age,
                    "ecommerce_visible_share": ecommerce,
                    "lead_gen_visible_share": lead_gen if platform == "all" else None,
                }
            )
    return rows


def reached() -> Rows:
    names = (
        "business_line",
        "platform",
        "days_to_half_value",
        "days_to_90_percent_value",
    )
    days = [("ecommerce", "all", 2, 20), ("ecommerce", "google_ads", 2, 20)]
    days.append(("lead_gen", "all", 30, 58))
    return [dict(zip(names, row, strict=True)) for row in days]


def weeks() -> Rows:
    """Ten weeks of two campaigns of each line; the last of lead gen is too young."""
    chance, rows = random.Random(7), []
    for line in ("ecommerce", "lead_gen"):
        for number in range(10):
            for campaign in ("a", "b"):
                observed = chance.randrange(0, 90_000) / 100
                projected = observed + number * chance.randrange(0, 4_000) / 100
                is_last = line == "lead_gen" and number == 9 and campaign == "b"
                rows.append(
                    {
                        "business_line": line,
                        "platform": "google_ads",
                        "account_id": "1",
                        "campaign_id": campaign,
                        "week_start_date": date(2025, 3, 3) + timedelta(weeks=number),
                        "spend": chance.randrange(5_000, 20_000) / 100,
                        "observed_value": observed,
                        "projected_value": projected,
                        "low_value": round(observed * 0.5 + projected * 0.5, 2),
                        "high_value": projected + number * 11,
                        "is_too_young": is_last,
                    }
                )
    return rows


def campaign_days() -> Rows:
    """Campaigns of odd names; also days of another year, and what no click earned."""
    rows = []
    for number, name in enumerate(ODD_NAMES):
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31)):
            rows.append(
                {
                    "platform": ("google_ads", "meta_ads", "näver")[number % 3],
                    "account_id": "1",
                    "campaign_id": str(number),
                    "click_date": day,
                    "campaign_name": name,
                    "lead_gen_spend": round(10_000 / day.day / day.month, 2),
                    "lead_gen_form_fill_count": 2**number * day.month,
                    "lead_gen_won_value": 2**number * day.day * (number % 3) * 99,
                }
            )
    of_nobody = rows[0] | {"platform": "unattributed", "campaign_id": "unattributed"}
    no_fills = rows[1] | {"campaign_id": "none", "lead_gen_form_fill_count": 0}
    shop = no_fills | {"campaign_id": "shop", "lead_gen_spend": 0}
    nobodys = [of_nobody | {"click_date": date(year, 5, 5)} for year in (2025, 2027)]
    return [*rows, *nobodys, no_fills, shop]


def scores() -> Rows:
    return [
        {
            "model_version": model,
            "is_used": off > 0,
            "decile": decile,
            "form_fill_count": 100 - decile,
            "predicted_win_rate": decile / 20,
            "realised_win_rate": decile / 20 + off,
        }
        for model, off in (("logistic & co", 0.01), ("baseline", -0.03))
        for decile in range(1, 11)
    ]


def everything() -> dict[str, Rows]:
    return {
        "build_info": about(),
        "visibility_by_click_age": visibility(),
        "days_to_value": reached(),
        "roas_projected_by_campaign_week": weeks(),
        "roas_by_campaign_day": campaign_days(),
        "lead_score_calibration": scores(),
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publication(tmp_path_factory.mktemp("plots") / "x.duckdb", everything())


@pytest.fixture
def connection(full: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(full), read_only=True) as connection:
        yield connection


def text_of(svg: Path) -> str:
    """All text of an SVG that parses; what is drawn, a line each."""
    texts = ET.parse(svg).iter("{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(text.itertext()) for text in texts)


def test_curves_are_the_marts_shares_on_every_day(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = visibility_curves.curves(connection)
    for line, platform, shares in (
        ("ecommerce", "all", ECOMMERCE),
        ("ecommerce", "google_ads", ECOMMERCE),
        ("lead_gen", "all", LEAD_GEN),
    ):
        own = [
            row
            for row in found
            if (row["business_line"], row["platform"]) == (line, platform)
        ]
        assert [row["age_days"] for row in own] == list(range(61))
        wanted = np.interp(range(61), AGES, shares)
        np.testing.assert_allclose([row["visible_share"] for row in own], wanted)
    assert len(found) == 3 * 61


def test_marks_stand_on_their_curves(connection: duckdb.DuckDBPyConnection) -> None:
    found = {
        (row["business_line"], row["share_name"]): (row["age_days"], row["place"])
        for row in visibility_curves.marks(connection)
    }
    assert found == {
        ("ecommerce", "half"): (2, 1),
        ("ecommerce", "90 %"): (20, 1),
        ("lead_gen", "half"): (30, 2),
        ("lead_gen", "90 %"): (58, 2),
    }


def test_a_week_adds_up_its_campaigns(connection: duckdb.DuckDBPyConnection) -> None:
    """An average of the campaigns' ROAS would count a small one like a large one."""
    found = projected_roas.weeks(connection)
    assert len(found) == 20
    for row in found:
        key = row["business_line"], row["week_start_date"]
        own = [
            w
            for w in weeks()
            if (w["business_line"], w["week_start_date"].isoformat()) == key
        ]
        assert len(own) == 2
        spend = sum(w["spend"] for w in own)
        projected = sum(w["projected_value"] for w in own)
        below = sum(w["projected_value"] - w["low_value"] for w in own)
        above = sum(w["high_value"] - w["projected_value"] for w in own)
        for name, value in (
            ("observed_roas", sum(w["observed_value"] for w in own)),
            ("projected_roas", projected),
            ("low_roas", projected - below),
            ("high_roas", projected + above),
        ):
            assert row[name] == pytest.approx(value / spend, rel=1e-9), name
        assert row["is_too_young"] == any(w["is_too_young"] for w in own)
    before = [row["week_start_date"] for row in found if row["is_before_too_young"]]
    assert before == ["2025-04-28"]


def test_the_title_tells_the_newest_eight_weeks(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = {r["business_line"]: r for r in projected_roas.newest(connection)}
    for line in ("ecommerce", "lead_gen"):
        own = [
            w
            for w in weeks()
            if w["business_line"] == line and w["week_start_date"] >= date(2025, 3, 17)
        ]
        assert len(own) == 16
        spend = sum(w["spend"] for w in own)
        for kind in ("observed", "projected"):
            value = sum(w[f"{kind}_value"] for w in own)
            assert found[line][f"{kind}_roas"] == pytest.approx(value / spend)


def test_a_week_of_which_a_part_is_projected_is_not(tmp_path: Path) -> None:
    """The sum of the rest would look like a bad week."""
    rows = weeks()
    for name in ("projected_value", "low_value", "high_value"):
        rows[1][name] = None
    path = publication(tmp_path / "x.duckdb", {READ[3]: rows})
    with duckdb.connect(str(path), read_only=True) as connection:
        first, second, *_ = projected_roas.weeks(connection)
    assert first["observed_roas"] > 0
    assert first["projected_roas"] is first["low_roas"] is first["high_roas"] is None
    assert second["projected_roas"] > 0


def test_a_campaign_stands_at_the_cost_and_value_of_its_form_fills(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Of the last year that is whole: young clicks are worth nothing yet."""
    days = campaign_map.period(connection)
    assert (days["first_date"], days["last_date"]) == ("2025-01-01", "2025-12-31")
    found = {row["campaign_id"]: row for row in campaign_map.campaigns(connection)}
    assert set(found) == {str(n) for n in range(len(ODD_NAMES))} | {"none"}
    assert found["none"]["cost_per_form_fill"] is None
    for number in range(len(ODD_NAMES)):
        own = [
            day
            for day in campaign_days()
            if day["campaign_id"] == str(number) and day["click_date"].year == 2025
        ]
        assert len(own) == 2
        spend, fills, value = (
            sum(day[f"lead_gen_{name}"] for day in own)
            for name in ("spend", "form_fill_count", "won_value")
        )
        row = found[str(number)]
        assert row["spend"] == pytest.approx(spend)
        assert row["cost_per_form_fill"] == pytest.approx(spend / fills)
        assert row["value_per_form_fill"] == pytest.approx(value / fills)


def test_without_a_whole_year_all_days_count(tmp_path: Path) -> None:
    rows = [row for row in campaign_days() if row["click_date"] > date(2025, 1, 1)]
    path = publication(tmp_path / "x.duckdb", {READ[4]: rows})
    with duckdb.connect(str(path), read_only=True) as connection:
        days = campaign_map.period(connection)
    assert not days["is_full_year"]
    assert (days["first_date"], days["last_date"]) == ("2025-12-31", "2025-12-31")


def test_a_gap_weighs_deciles_by_their_form_fills(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = lead_score_calibration.gaps(connection)
    assert [row["model_version"] for row in found] == ["baseline", "logistic & co"]
    assert [row["mean_gap"] for row in found] == pytest.approx([0.03, 0.01])
    assert [row["form_fill_count"] for row in found] == [945, 945]
    title = lead_score_calibration.title(found)
    assert title == "Predicted win rates are 1.0 percentage points off on average"


def test_pictures_are_files_with_the_names_and_units(
    full: Path, tmp_path: Path
) -> None:
    out = tmp_path / "some [folder]" / "plots"
    result = run("plot", "--out", str(out), "--database", str(full))
    assert result.exit_code == 0, result.output
    names = [
        "visibility_curves",
        "projected_roas",
        "lead_score_calibration",
        "campaign_map",
    ]
    assert printed(result).splitlines() == [
        f"{name}: {out}/{name}.svg and {name}.png" for name in names
    ]
    files = {path.name: path for path in out.iterdir()}
    assert set(files) == {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    assert all(
        files[f"{name}.png"].read_bytes().startswith(b"\x89PNG") for name in names
    )
    curves, roas, calibration, campaigns = (
        text_of(files[f"{name}.svg"]) for name in names
    )
    assert (
        "Half of e-commerce value is visible after 2 days, of lead gen after 30"
        in curves
    )
    assert "share of the final value that is visible" in curves
    assert "90 % after 58 days" in curves
    assert "Google Ads" in curves
    for shown in (
        "ROAS, e-commerce",
        "ROAS, lead gen",
        "EUR",
        "too young",
        "3 Jan 2026",
    ):
        assert shown in roas, shown
    for shown in (
        "predicted win rate",
        "realised win rate",
        "logistic & co: 1.0 points",
    ):
        assert shown in calibration, shown
    odd = [str(ODD_NAMES[place]) for place in (0, 3, 4)]
    for shown in (
        "cost per form fill, EUR",
        "won value per form fill, EUR",
        "Clicks of 2025",
        "Not shown: 1 without form fills or spend",
        "ROAS 10",
        "ctl name",
        "=1+1 second line",
        "unnamed",
        *odd,
    ):
        assert shown in campaigns, shown
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
        assert stat.S_IMODE(out.stat().st_mode) == 0o700
    before = {name: path.read_bytes() for name, path in files.items()}
    assert run("plot", "--out", str(out), "--database", str(full)).exit_code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_without_data_a_picture_is_skipped_and_says_why(tmp_path: Path) -> None:
    """A picture of a former build beside the new ones would pass for the present."""
    out = tmp_path / "plots"
    out.mkdir()
    (out / "campaign_map.svg").write_text("<svg/>")
    (out / "mine.svg").write_text("<svg/>")
    empty = publication(tmp_path / "x.duckdb", {})
    result = run("plot", "--out", str(out), "--database", str(empty))
    assert result.exit_code == 0, result.output
    assert printed(result).splitlines() == [
        "visibility_curves skipped: no line has enough value to tell when it comes",
        "projected_roas skipped: no click week with spend is over",
        "lead_score_calibration skipped: no lead scores of a held-out period",
        "campaign_map skipped: no lead-gen campaign has spend and form fills",
    ]
    assert [path.name for path in out.iterdir()] == ["mine.svg"]


@pytest.mark.parametrize("line", ["ecommerce", "lead_gen"])
def test_one_line_alone_has_its_pictures(tmp_path: Path, line: str) -> None:
    """Also where half of its value takes longer than what has been lived."""
    tables = everything()
    other = "lead_gen" if line == "ecommerce" else "ecommerce"
    for row in tables["visibility_by_click_age"]:
        row[f"{other}_visible_share"] = None
    for name in ("days_to_value", "roas_projected_by_campaign_week"):
        tables[name] = [row for row in tables[name] if row["business_line"] == line]
    for row in tables["days_to_value"]:
        row["days_to_half_value"] = row["days_to_90_percent_value"] = None
    for row in tables["roas_projected_by_campaign_week"]:
        row["projected_value"] = row["low_value"] = row["high_value"] = None
        row["is_too_young"] = True
    tables["roas_by_campaign_day"] = tables["roas_by_campaign_day"][1:2]
    tables["roas_by_campaign_day"][0]["lead_gen_won_value"] = None
    tables["build_info"] = []
    tables["lead_score_calibration"] = tables["lead_score_calibration"][:1]
    path = publication(tmp_path / "x.duckdb", tables)
    result = run("plot", "--out", str(tmp_path / "plots"), "--database", str(path))
    assert result.exit_code == 0, result.output
    name = drawing.LINE_NAMES[line]
    curves = text_of(tmp_path / "plots/visibility_curves.svg")
    assert f"Half of the value of {name} takes longer than what has been" in curves
    roas = text_of(tmp_path / "plots/projected_roas.svg")
    assert f"ROAS, {name}" in roas
    assert f"ROAS, {drawing.LINE_NAMES[other]}" not in roas
    assert "Last 8 weeks: too early to project their ROAS" in roas


def test_what_cannot_be_read_or_written_is_told_in_one_line(
    full: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "plots")
    none = tmp_path / "none.duckdb"
    line = only_line(run("plot", "--out", out, "--database", str(none)))
    assert line == f"error: no database at {none}: run `make build` first"
    empty = make_database(tmp_path / "empty.duckdb")
    line = only_line(run("plot", "--out", out, "--database", str(empty)))
    assert line.endswith("holds no finished build of this version: run `make build`")
    old = publication(tmp_path / "old.duckdb", everything())
    with duckdb.connect(str(old)) as connection:
        connection.execute("drop table marts.days_to_value")
    line = only_line(run("plot", "--out", out, "--database", str(old)))
    assert line.endswith("holds no finished build of this version: run `make build`")
    notes = tmp_path / "notes"
    notes.write_text("a file")
    for bad in (notes, notes / "plots"):
        line = only_line(run("plot", "--out", str(bad), "--database", str(full)))
        assert line.startswith(f"error: cannot write to {bad}: ")
    taken = tmp_path / "taken"
    (taken / "visibility_curves.svg").mkdir(parents=True)
    line = only_line(run("plot", "--out", str(taken), "--database", str(full)))
    assert line.startswith(f"error: cannot write {taken}/visibility_curves.svg: ")
    assert [path.name for path in taken.iterdir()] == ["visibility_curves.svg"]


POINTS = st.builds(
    Point,
    st.text(st.sampled_from("abcdefgh 机"), min_size=1, max_size=30),
    st.floats(0, 650),
    st.floats(0, 400),
    st.floats(1, 17),
)


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(st.lists(POINTS, max_size=40))
def test_no_name_lies_on_another(points: list[Point]) -> None:
    """Seen without the module's own boxes: by the least that letters take."""
    boxes = [box_of(label) for label in placed(points, 650, 400)]
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= 650
        assert top >= 0
        assert bottom <= 400
        for other in boxes[:k]:
            is_apart = right <= other[0] or other[2] <= left
            assert is_apart or bottom <= other[1] or other[3] <= top


def box_of(label: Label) -> tuple[float, float, float, float]:
    wide = 6.0 * len(label.text)
    left = {"left": 0.0, "center": wide / 2, "right": wide}[label.align]
    return label.x - left, label.y - 6, label.x - left + wide, label.y + 6


def test_other_commands_do_not_load_altair() -> None:
    """It takes seconds, which each `c2c report` would pay."""
    code = "import sys, click_to_cash.cli; print('altair' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "False\n"


def test_the_pictures_read_what_their_exposure_says() -> None:
    folder = Path(drawing.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    read = set(re.findall(r"\b(?:from|join)\s+marts\.(\w+)", code))
    assert len(read) == 6
    built = {mart for mart in read if list(MARTS.rglob(f"{mart}.sql"))}
    listed = yaml.safe_load((MARTS / "exposures.yml").read_text("utf-8"))["exposures"]
    (pictures,) = [exposure for exposure in listed if exposure["name"] == "pictures"]
    assert {ref.split("'")[1] for ref in pictures["depends_on"]} == built
