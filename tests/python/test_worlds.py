"""Small worlds: the models agree with the reference of the rules, row for row.

The reference is plain Python, written from docs/rules.md alone; the models run as SQL
compiled once. Where the two differ, one of them breaks a rule.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
import reference
import worlds
from hypothesis import HealthCheck, Phase, given, settings
from warehouse import AS_OF_SENTINEL, Models, World, compile_models, rows

# `make fuzz` asks for more.
MORE = int(os.environ.get("C2C_TEST_WORLDS", "1"))


def some(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Settings of a property over `count` worlds.

    A world takes half a second, so a failing one is not shrunk: it is small already.
    """
    return settings(
        max_examples=count * MORE,
        deadline=None,
        database=None,
        derandomize=MORE == 1,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Those that the reference speaks of, and what they read."""
    return compile_models(tmp_path_factory.mktemp("models"), reference.build({}))


@pytest.fixture(scope="module")
def models_as_of(tmp_path_factory: pytest.TempPathFactory) -> Models:
    folder = tmp_path_factory.mktemp("as_of")
    return compile_models(folder, reference.build({}), as_of=AS_OF_SENTINEL)


@pytest.fixture(scope="module")
def every_model(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("every_model"))


def same_value(value: object) -> object:
    """1.50 and 1.5 are one value."""
    return value.normalize() + 0 if isinstance(value, Decimal) else value


def as_bag(table: list[dict[str, Any]], columns: list[str]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(same_value(row[name]) for name in columns) for row in table)


def assert_agrees(
    connection: duckdb.DuckDBPyConnection, expected: dict[str, list[dict[str, Any]]]
) -> None:
    """Every table of the reference equals the model of that name, in its columns."""
    for table, wanted in expected.items():
        schema = "intermediate" if table.startswith("int_") else "marts"
        built = rows(connection, f"select * from {schema}.{table}")
        columns = list(wanted[0]) if wanted else list(built[0]) if built else []
        missing = as_bag(wanted, columns)
        surplus = as_bag(built, columns)
        missing, surplus = missing - surplus, surplus - missing
        assert not missing, f"{table} lacks {missing} and has {surplus}"
        assert not surplus, f"{table} has {surplus}"


@some(30)
@given(world=worlds.worlds())
def test_any_world_is_built_as_the_rules_say(models: Models, world: World) -> None:
    with models.build(world) as connection:
        assert_agrees(connection, reference.build(world))


@some(30)
@given(world=worlds.order_worlds(oddity=True))
def test_a_world_of_orders_is_built_as_the_rules_say(
    models: Models, world: World
) -> None:
    with models.build(world) as connection:
        assert_agrees(connection, reference.build(world))


@some(30)
@given(world=worlds.deal_worlds(oddity=True))
def test_a_world_of_deals_is_built_as_the_rules_say(
    models: Models, world: World
) -> None:
    with models.build(world) as connection:
        assert_agrees(connection, reference.build(world))


@some(20)
@given(world=worlds.worlds(), as_of=worlds.instants())
def test_a_world_as_of_a_day_is_built_as_the_rules_say(
    models_as_of: Models, world: World, as_of: datetime
) -> None:
    with models_as_of.build(world, as_of=as_of.isoformat(sep=" ")) as connection:
        assert_agrees(connection, reference.build(world, as_of=as_of))


@some(15)
@given(world=worlds.worlds())
def test_the_laws_hold_in_any_world(every_model: Models, world: World) -> None:
    assert len(every_model.laws) > 20
    with every_model.build(world) as connection:
        for name, sql in every_model.laws:
            broken = connection.execute(sql).fetchall()
            assert not broken, f"{name}: {broken[:3]}"
