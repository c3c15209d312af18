"""The models as plain SQL: compiled once by dbt, run in the order of its manifest.

dbt costs seconds to start and 50 ms per node. Who builds the same models many times, of
other rows or as of other days, pays that once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import duckdb

# Stands in the compiled SQL wherever a build as of a time says which.
AS_OF_SENTINEL = "2001-02-03 04:05:06"

Statements = Sequence[tuple[str, str]]


def statements(
    manifest: Mapping[str, Any], wanted: Collection[str] | None = None
) -> Statements:
    """Relations with their SQL, each after what it reads.

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
        (
            f"{models[key]['schema']}.{models[key]['alias']}",
            models[key]["compiled_code"],
        )
        for key in in_build_order(models, roots)
    ]


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
    for relation, sql in models:
        if as_of is not None:
            sql = sql.replace(AS_OF_SENTINEL, as_of)
        connection.execute(f"create or replace table {relation} as {sql}")


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
