"""The models without dbt: compiled once by it, run in the order of its manifest.

dbt costs seconds to start and 50 ms per node. Who builds the same models many times, of
other rows or as of other days, pays that once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

# Stands in the compiled SQL wherever a build as of a time says which.
AS_OF_SENTINEL = "2001-02-03 04:05:06"


@dataclass(frozen=True)
class PythonModel:
    """A model in Python: its code, and the relations that it reads by name."""

    code: str
    relations: Mapping[str, str]

    def create(self, connection: duckdb.DuckDBPyConnection, relation: str) -> None:
        """Make the relation of what the code's `model(dbt, session)` returns."""
        namespace: dict[str, Any] = {}
        exec(self.code, namespace)
        model: Callable[[object, object], object] = namespace["model"]
        returned = model(_Dbt(connection, self.relations), connection)
        connection.register("returned", returned)
        connection.execute(f"create or replace table {relation} as from returned")
        connection.unregister("returned")


@dataclass(frozen=True)
class _Dbt:
    """What of dbt a Python model may use."""

    connection: duckdb.DuckDBPyConnection
    relations: Mapping[str, str]

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.table(self.relations[name])


class View(str):
    """The SQL of a model that is kept as a view."""


Statements = Sequence[tuple[str, str | PythonModel]]


def statements(
    manifest: Mapping[str, Any], wanted: Collection[str] | None = None
) -> Statements:
    """Relations with their code, each after what it reads.

    `wanted` names the models to be had, which come with all that they read; without it
    every model is.
    """
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    roots = [k for k in models if wanted is None or models[k]["name"] in wanted]
    return [
        (_relation(models[key]), _code(models[key], models))
        for key in in_build_order(models, roots)
    ]


def _relation(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _code(
    node: Mapping[str, Any], models: Mapping[str, Mapping[str, Any]]
) -> str | PythonModel:
    if node["language"] == "sql":
        sql = str(node["compiled_code"])
        return View(sql) if node["config"]["materialized"] == "view" else sql
    read = [models[key] for key in node["depends_on"]["nodes"]]
    return PythonModel(
        node["raw_code"], {parent["name"]: _relation(parent) for parent in read}
    )


def in_build_order(
    models: Mapping[str, Mapping[str, Any]], roots: Collection[str]
) -> Iterator[str]:
    """Keys of roots and of what they depend on, each after its own dependencies."""
    done: set[str] = set()

    def visit(key: str) -> Iterator[str]:
        if key in done or key not in models:
            return
        done.add(key)
        for parent in models[key]["depends_on"]["nodes"]:
            yield from visit(parent)
        yield key

    for key in roots:
        yield from visit(key)


def run(
    connection: duckdb.DuckDBPyConnection,
    models: Statements,
    as_of: str | None = None,
) -> None:
    """Build the models on what lies in the database's schema raw.

    `as_of` needs models compiled with the setting `as_of` at AS_OF_SENTINEL.
    """
    for relation, code in models:
        if isinstance(code, PythonModel):
            code.create(connection, relation)
            continue
        kind = "view" if isinstance(code, View) else "table"
        sql = code if as_of is None else code.replace(AS_OF_SENTINEL, as_of)
        connection.execute(f"create or replace {kind} {relation} as {sql}")


def history_columns(manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What replays keep: the models that the source history names, by name.

    Each with its columns and their types, those of its contract, without `as_of`.
    """
    by_name = {node["name"]: node for node in manifest["nodes"].values()}
    return {
        source["name"]: {
            column["name"]: column["data_type"]
            for column in by_name[source["name"]]["columns"].values()
        }
        for source in manifest["sources"].values()
        if source["source_name"] == "history"
    }
