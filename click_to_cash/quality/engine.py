"""Great Expectations on a DuckDB file, read-only.

duckdb-engine ends a transaction before its result is read, so that every query fails;
a gate only reads, and this dialect opens no transaction at all.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
from duckdb_engine import ConnectionWrapper, Dialect
from great_expectations.data_context.types.base import ProgressBarsConfig
from sqlalchemy import pool
from sqlalchemy.dialects import registry

from click_to_cash.database import connect
from click_to_cash.quality.suites import layout
from click_to_cash.quality.told import tell
from click_to_cash.settings import raw_database


def _say_no_more() -> None:
    """DuckDB's binding calls what SQLAlchemy still holds at exit leaks, at length."""
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


atexit.register(_say_no_more)


class ReadOnlyDialect(Dialect):
    """DuckDB without transactions."""

    supports_statement_cache = False

    def do_begin(self, *_: Any) -> None:
        """No transaction."""

    def do_commit(self, *_: Any) -> None:
        """No transaction."""

    def do_rollback(self, *_: Any) -> None:
        """No transaction."""


@contextmanager
def opened(
    database: Path, schema: str, published: Path | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database with what is judged in reach, and the last publication.

    For schema raw that is what was delivered, see told.py. The publication is attached
    as `published`. Closed at the end of the block.
    """
    with connect(database, read_only=True, raw_database=raw_database()) as connection:
        if published:
            quoted = str(published).replace("'", "''")
            connection.execute(f"attach '{quoted}' as published (read_only)")
        (name,) = connection.execute("select current_database()").fetchone() or ("",)
        tell(connection, name, layout())
        path = "told.main" if schema == "raw" else schema
        connection.execute(f"set search_path = '{path}'")
        yield connection


def context_on(connection: duckdb.DuckDBPyConnection) -> tuple[Any, Any]:
    """A context of Great Expectations and its data source, which uses this connection.

    The context keeps nothing, calls nobody and draws no progress bars.
    """
    registry.register("duckdb", __name__, ReadOnlyDialect.__name__)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    sources: Any = context.data_sources
    source = sources.add_sql(
        "warehouse",
        connection_string="duckdb:///:memory:",
        kwargs={
            "creator": lambda: ConnectionWrapper(connection),
            "poolclass": pool.StaticPool,
        },
    )
    return context, source
