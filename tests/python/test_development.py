"""The projection's arithmetic is that of actuaries: equal to the package `chainladder`.

The models run as compiled SQL on a classic triangle in the place of click weeks.
Exposures stand for spend; each origin year is one click week of one campaign.
"""

from __future__ import annotations

import importlib
import math
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pytest
from warehouse import AS_OF_SENTINEL, Models, compile_models, rows

from click_to_cash.simulate import simulate

# Its imports warn of what pandas and numba are going to change.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    chainladder: Any = importlib.import_module("chainladder")

TRIANGLES = ["raa", "genins", "ukmotor", "mw2008", "abc"]
CELLS, WEEKS = "int_development_cells", "int_campaign_weeks"
BELIEVED = "int_credible_platforms"
STAND_INS = {
    CELLS: """
        triangle varchar, business_line varchar, platform varchar, origin_date date,
        step integer, cumulative_value double
    """,
    WEEKS: """
        business_line varchar, platform varchar, account_id varchar,
        campaign_id varchar, week_start_date date, lived_days integer,
        lived_step integer,
        spend decimal(38, 2), observed_value double, conversion_count integer,
        absolute_value double, squared_value double
    """,
    BELIEVED: """
        business_line varchar, platform varchar, conversion_count integer
    """,
    "int_credited_value": """
        business_line varchar, platform varchar, account_id varchar,
        campaign_id varchar, week_start_date date, week_step integer,
        revenue decimal(18, 2)
    """,
}
# What is made of them, in the order of the build.
FROM_HERE = [
    "int_development_factors",
    "int_seen_shares",
    "int_developed_shares",
    "int_campaign_weeks_developed",
    "int_campaign_expectations",
    "int_projection_spreads",
    "int_campaign_weeks_projected",
]
CAMPAIGN = ("lead_gen", "platform", "account", "campaign")
ESTIMATES = """
    select chain_ladder_value, cape_cod_value, mack_error
    from intermediate.int_campaign_weeks_projected
    order by week_start_date
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Every factor counts, however few its cohorts; nothing comes after the last."""
    folder = tmp_path_factory.mktemp("development")
    return compile_models(folder, development_min_cohorts="1", development_tail="1")


def values_of(name: str) -> np.ndarray[Any, Any]:
    """Cumulative values, origins × steps; nan where nothing is known yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        triangle = chainladder.load_sample(name)
        return np.asarray(triangle.values[0, 0], dtype=float)


def exposures(count: int) -> list[int]:
    """Of a book that grows, but not evenly."""
    return [20_000 + 1_500 * k + 700 * (k % 3) for k in range(count)]


def of_chainladder(name: str) -> dict[str, np.ndarray[Any, Any]]:
    """Ultimates and Mack's standard errors per origin."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        triangle = chainladder.load_sample(name)
        weights = triangle.latest_diagonal * 0 + np.array(
            exposures(triangle.shape[2]), dtype=float
        ).reshape(1, 1, -1, 1)
        developed = chainladder.Development(sigma_interpolation="mack").fit_transform(
            triangle
        )
        mack = chainladder.MackChainladder().fit(developed)
        cape_cod = chainladder.CapeCod().fit(developed, sample_weight=weights)
        return {
            "chain_ladder_value": column_of(mack.ultimate_),
            "cape_cod_value": column_of(cape_cod.ultimate_),
            "mack_error": np.nan_to_num(mack.mack_std_err_.values[0, 0, :, -1]),
        }


def column_of(triangle: Any) -> np.ndarray[Any, Any]:
    return np.asarray(triangle.values, dtype=float).reshape(triangle.shape[2])


def of_the_models(models: Models, name: str) -> dict[str, np.ndarray[Any, Any]]:
    values = values_of(name)
    first = date(2020, 1, 6)
    cells: list[Sequence[object]] = []
    weeks: list[Sequence[object]] = []
    for place, row in enumerate(values):
        week = first + timedelta(weeks=place)
        known = row[~np.isnan(row)]
        cells += [
            ("click_week", "lead_gen", "all", week, k, v) for k, v in enumerate(known)
        ]
        latest, spend = known[-1], exposures(len(values))[place]
        weeks.append(
            [
                *(*CAMPAIGN, week, 7 * len(known), len(known) - 1, spend),
                *(latest, 1, latest, latest**2),
            ]
        )
    with run_from(models, {CELLS: cells, WEEKS: weeks}) as connection:
        found = connection.execute(ESTIMATES).fetchnumpy()
    return {name: np.asarray(column, float) for name, column in found.items()}


def run_from(
    models: Models, given: Mapping[str, Sequence[Sequence[object]]]
) -> duckdb.DuckDBPyConnection:
    """The projection built on these rows of its stand-ins."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as click_to_cash")
    connection.execute("use click_to_cash")
    connection.execute("create schema intermediate")
    believed = [(line, "all", 1) for line in ("ecommerce", "lead_gen")]
    for table, columns in STAND_INS.items():
        connection.execute(f"create table intermediate.{table} ({columns})")
        for row in {BELIEVED: believed, **given}.get(table, ()):
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into intermediate.{table} values ({marks})", row
            )
    statements = dict(models.statements)
    for model in FROM_HERE:
        relation = f"intermediate.{model}"
        connection.execute(f"create table {relation} as {statements[relation]}")
    return connection


@pytest.mark.parametrize("name", TRIANGLES)
def test_estimates_are_those_of_chainladder(models: Models, name: str) -> None:
    """An error of ours here would go unseen: nobody can check a projection by hand."""
    ours, theirs = of_the_models(models, name), of_chainladder(name)
    assert set(ours) == set(theirs)
    for measure, wanted in theirs.items():
        assert len(wanted) >= 7
        np.testing.assert_allclose(
            ours[measure], wanted, rtol=1e-6, atol=1e-6, err_msg=measure
        )


# Cumulative value by weeks of age of a line whose cohorts are all alike.
PATTERN = [0, 10, 24, 36, 40, 49, 50]
MONDAY = date(2025, 1, 6)


def alike(count: int) -> list[Sequence[object]]:
    """Cells of `count` click weeks, the last of which has lived its first week."""
    return [
        ("click_week", "lead_gen", "all", MONDAY + timedelta(weeks=w), step, value)
        for w in range(count)
        for step, value in enumerate(PATTERN[: count - w])
    ]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """The models with the settings as they are shipped."""
    return compile_models(tmp_path_factory.mktemp("shipped"))


def shares_of(connection: duckdb.DuckDBPyConnection) -> list[float]:
    found = connection.execute(
        "select developed_share from intermediate.int_developed_shares order by step"
    )
    return [share for (share,) in found.fetchall()]


def test_the_tail_goes_on_as_the_last_weeks_fell(shipped: Models) -> None:
    """Taking the oldest week for final would project too little in a first year."""
    with run_from(shipped, {CELLS: alike(9)}) as connection:
        shares = shares_of(connection)
    # Nine weeks give each of six steps three cohorts: 40 of 50 at step 4, 24 at step 2.
    decay = (1 - 40 / 50) / (40 / 50 - 24 / 50)
    assert decay > 0.5, "the cap is what this pattern tests"
    tail = 1 + (1 - 40 / 50) * 0.5 / (1 - 0.5)
    assert shares == pytest.approx([value / 50 / tail for value in PATTERN])


def test_a_step_of_two_weeks_is_left_to_the_tail(shipped: Models) -> None:
    """What one deal did in the oldest week is no law."""
    with run_from(shipped, {CELLS: alike(8)}) as connection:
        # Five rates are too few to fit a tail to.
        assert shares_of(connection) == pytest.approx([v / 49 for v in PATTERN[:6]])


def test_value_that_comes_after_a_year_is_missing_from_every_age(
    shipped: Models,
) -> None:
    """A curve that ends at 365 days would call a line ripe that is paid in the next."""
    week = ("click_week", "lead_gen", "all")
    weeks = [
        (*week, MONDAY + timedelta(weeks=w), step, 60 if step < 57 else 100)
        for w in range(61)
        for step in range(61 - w)
    ]
    days = [
        ("click_day", "lead_gen", "all", MONDAY + timedelta(days=d), step, value)
        for d in range(3)
        for step, value in enumerate([0] * 5 + [60] * 8)
    ]
    with run_from(shipped, {CELLS: [*weeks, *days]}) as connection:
        found = connection.execute(
            "select developed_share from intermediate.int_developed_shares"
            " where triangle = 'click_day' order by step"
        ).fetchall()
    assert [share for (share,) in found] == pytest.approx([0] * 5 + [0.6] * 8)


def test_two_weeks_of_value_project_nothing(shipped: Models) -> None:
    week = (*CAMPAIGN, MONDAY, 14, 2, 100, 30, 1, 30, 900)
    with run_from(shipped, {CELLS: alike(2), WEEKS: [week]}) as connection:
        found = connection.execute(
            "select developed_share, projected_value, low_value, high_value"
            " from intermediate.int_campaign_weeks_projected"
        ).fetchall()
    assert found == [(None, None, None, None)]


def projected(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return rows(
        connection,
        "select * from intermediate.int_campaign_weeks_projected"
        " order by campaign_id, week_start_date",
    )


def test_young_weeks_lean_on_spend_and_old_ones_on_what_they_show(
    shipped: Models,
) -> None:
    """A week with nothing to show yet is not worth nothing."""
    spend, share = 100, 24 / 50 / 1.2
    old = (*CAMPAIGN, MONDAY, 60, 8, spend, 360, 3, 360, 45_000)
    young = (*CAMPAIGN, MONDAY + timedelta(weeks=6), 20, 2, spend, 0, 0, 0, 0)
    with run_from(shipped, {CELLS: alike(9), WEEKS: [old, young]}) as connection:
        first, second = projected(connection)
    # After the last rate 1 ÷ 1.2 is visible; both weeks' spend is so far developed.
    roas = 360 / (spend / 1.2 + spend * share)
    assert first["method"] == second["method"] == "cape_cod"
    assert first["projected_value"] == pytest.approx(360 + spend * (1 - 1 / 1.2) * roas)
    assert second["projected_value"] == pytest.approx(spend * (1 - share) * roas)
    assert second["low_value"] < second["projected_value"] < second["high_value"]


def test_a_campaign_is_drawn_to_its_peers_by_what_it_could_have_shown(
    shipped: Models,
) -> None:
    """By the conversions it had, one without a win would never be believed."""
    good = ("lead_gen", "platform", "account", "good", MONDAY, 60, 8, 900, 1800)
    bad = ("lead_gen", "platform", "account", "bad", MONDAY, 60, 8, 100, 0)
    weeks = [(*good, 20, 1800, 162_000), (*bad, 0, 0, 0)]
    with run_from(shipped, {CELLS: alike(9), WEEKS: weeks}) as connection:
        found = dict(
            connection.execute(
                "select campaign_id, expected_roas"
                " from intermediate.int_campaign_expectations"
            ).fetchall()
        )
    # 20 conversions on 1,000 of spend: at that rate the bad one should have had 2.
    peers = 1800 / (1000 / 1.2)
    assert found["bad"] == pytest.approx((0 * 2 + peers * 4) / (2 + 4))
    own = 1800 / (900 / 1.2)
    assert found["good"] == pytest.approx((own * 18 + peers * 4) / (18 + 4))


def test_refunds_still_to_come_lower_the_projection(models: Models) -> None:
    """A shop's young week shows sales whose refunds nobody has asked for yet."""
    cells = [
        ("click_week", "ecommerce", "all", MONDAY + timedelta(weeks=w), step, value)
        for w in range(3)
        for step, value in enumerate([110, 100][: 3 - w])
    ]
    week = ("ecommerce", "platform", "account", "shop", MONDAY + timedelta(weeks=2))
    weeks = [(*week, 3, 0, 100, 220, 2, 220, 25_000)]
    with run_from(models, {CELLS: cells, WEEKS: weeks}) as connection:
        (found,) = projected(connection)
    assert found["method"] == "chain_ladder"
    assert found["projected_value"] == pytest.approx(200)
    assert found["expected_gain"] < 0
    assert found["low_value"] <= 200 <= found["high_value"]


def test_each_half_of_a_range_is_as_wide_as_weeks_strayed_to_that_side(
    shipped: Models,
) -> None:
    """A symmetric range would promise that a week loses money it has earned."""
    young = (*CAMPAIGN, MONDAY + timedelta(weeks=7), 13, 1, 100, 60, 1, 60, 3_600)
    lucky = (*CAMPAIGN, MONDAY, 60, 8, 100, 900, 3, 900, 270_000)
    unlucky = (*CAMPAIGN, MONDAY + timedelta(weeks=1), 53, 7, 100, 150, 2, 150, 12_500)
    weeks = [lucky, unlucky, young]
    with run_from(shipped, {CELLS: alike(9), WEEKS: weeks}) as connection:
        found = projected(connection)[2]
    # 10 of 60 is visible after the first step, 50 of 60 after the last.
    roas = (900 + 150 + 60) / (100 * (50 + 50 + 10) / 60)
    assert found["expected_roas"] == pytest.approx(roas)
    # The two old weeks gained all they have after the first step, and should have
    gain = 100 * roas * (50 - 10) / 60
    up, down = 2 * (900 - gain) ** 2 / (2 * gain), 2 * (150 - gain) ** 2 / (2 * gain)
    squares, sizes, count = 270_000 + 12_500 + 3_600, 900 + 150 + 60, 3 + 2 + 1
    assert up > squares / sizes, "else its floor is what this tests"
    still = 100 * roas * (60 - 10) / 60
    rate = still**2 * squares * count / sizes**2 / (count + 4)
    value = 60 + still
    assert found["projected_value"] == pytest.approx(value)
    high, low = math.sqrt(up * still + rate), math.sqrt(down * still + rate)
    assert found["high_value"] == pytest.approx(value + 1.4 * high)
    assert found["low_value"] == pytest.approx(max(value - 1.4 * low, 0))
    assert found["low_value"] > 0


AS_OF_DAYS = ("2025-05-01", "2025-06-01", "2025-07-01", "2025-08-01")
JUDGED = """
    select
        past.business_line,
        count(*) as week_count,
        sum(abs(past.observed_value - present.observed_value)) as observed_error,
        sum(abs(past.projected_value - present.observed_value)) as projected_error,
        count(*) filter (
            present.observed_value between past.low_value and past.high_value
        ) as held_count
    from past
    inner join present
        using (business_line, platform, account_id, campaign_id, week_start_date)
    where
        past.spend > 0
        and past.projected_value is not null
        and past.lived_days < 35
        and present.developed_share >= 0.95
    group by past.business_line
"""


def test_young_weeks_become_what_was_projected_rather_than_what_was_seen(
    tmp_path: Path,
) -> None:
    """On a year whose deals close weeks later and whose shoppers return goods."""
    simulate(tmp_path / "raw", seed=20, days=365, clicks=100_000)
    name = "roas_projected_by_campaign_week"
    models = compile_models(tmp_path, [name], as_of=AS_OF_SENTINEL)
    tables = {}
    for day in (*AS_OF_DAYS, "2026-02-01"):
        with models.build_from_csv(tmp_path / "raw", as_of=day) as connection:
            tables[day] = connection.sql(f"from marts.{name}").to_arrow_table()
    present = tables.pop("2026-02-01")
    past = pyarrow.concat_tables(tables.values())
    with duckdb.connect() as connection:
        connection.register("past", past)
        connection.register("present", present)
        found = connection.execute(JUDGED).fetchall()
    # A shop sees most of its value at once: there is less to win by projecting.
    most = {"ecommerce": 1.0, "lead_gen": 0.8}
    assert {line for line, *_ in found} == set(most)
    for line, week_count, seen, projected, _ in found:
        assert week_count > 40
        assert projected < most[line] * float(seen), (line, projected, seen)
    held = sum(row[-1] for row in found) / sum(row[1] for row in found)
    assert 0.7 < held < 0.92
