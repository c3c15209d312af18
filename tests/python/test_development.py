"""The projection's arithmetic is that of actuaries: equal to the package `chainladder`.

The models run as compiled SQL on a classic triangle in the place of click weeks.
Exposures stand for spend; each origin year is one click week of one campaign.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pytest
from warehouse import Models, compile_models

# Its imports warn of what pandas and numba are going to change.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    chainladder: Any = importlib.import_module("chainladder")

TRIANGLES = ["raa", "genins", "ukmotor", "mw2008", "abc"]
CELLS, WEEKS = "int_development_cells", "int_campaign_weeks"
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
    "int_credited_value": """
        business_line varchar, platform varchar, account_id varchar,
        campaign_id varchar, week_start_date date, week_step integer,
        revenue decimal(18, 2)
    """,
}
# What is made of them, in the order of the build.
FROM_HERE = [
    "int_development_factors",
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
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as click_to_cash")
        connection.execute("use click_to_cash")
        connection.execute("create schema intermediate")
        for table, columns in STAND_INS.items():
            connection.execute(f"create table intermediate.{table} ({columns})")
        for table, rows in ((CELLS, cells), (WEEKS, weeks)):
            marks = ", ".join("?" for _ in rows[0])
            connection.executemany(
                f"insert into intermediate.{table} values ({marks})", rows
            )
        statements = dict(models.statements)
        for model in FROM_HERE:
            relation = f"intermediate.{model}"
            connection.execute(f"create table {relation} as {statements[relation]}")
        found = connection.execute(ESTIMATES).fetchnumpy()
    return {name: np.asarray(column, float) for name, column in found.items()}


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
