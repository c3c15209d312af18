"""DuckDB as every command opens it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from click_to_cash.settings import setting


def connect(
    path: Path | None = None, *, read_only: bool = False, raw_database: str = ""
) -> duckdb.DuckDBPyConnection:
    """A database, or one in memory: its times are UTC, and it prints nothing itself.

    It takes no more memory than the settings say, and puts the rest where they say.
    With the file `raw_database` in reach, for views of raw tables that lie there.
    Raises duckdb.Error where it cannot be opened. Close it, or use it in a with block.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": setting("memory_limit")
    }
    if elsewhere := setting("temp_directory"):
        config["temp_directory"] = elsewhere
    connection = duckdb.connect(
        str(path or ":memory:"), read_only=read_only, config=config
    )
    # The engine would draw a bar into what is printed once a query takes two seconds.
    connection.execute("set enable_progress_bar = false")
    connection.execute("set TimeZone = 'UTC'")
    if raw_database:
        quoted = raw_database.replace("'", "''")
        connection.execute(f"attach '{quoted}' as raw_database (read_only)")
    return connection
