"""Settings of the command line: environment variables, see docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path

_DEFAULTS = {
    "raw_location": "seeds/demo",
    "connectors": "standard",
    "raw_database": "",
    "reporting_currency": "USD",
    "fx_max_age_days": "7",
    "as_of": "",
    "duckdb_path": "build/click_to_cash.duckdb",
    "published_path": "build/published.duckdb",
    "published_parquet": "",
    "quality": "quality.yml",
    "history_path": "build/history",
    "export_log_path": "export_log",
    "memory_limit": "60%",
    "temp_directory": "",
}


def setting(name: str) -> str:
    """The value of C2C_<NAME>, or its default."""
    return os.environ.get(f"C2C_{name.upper()}", _DEFAULTS[name]).strip()


def connector_schema(connector: str) -> str:
    """Where the raw tables of a connector lie, by default called as it is."""
    return os.environ.get(f"C2C_{connector.upper()}_SCHEMA", connector).strip()


def raw_database(beside: bool = False) -> str:
    """The file in which raw tables of connectors lie; blank where they lie in none.

    Seen from `beside` the database of a build, that one's own file is one, too.
    """
    name = setting("raw_database")
    if "." in name or "/" in name:
        return name
    is_own = beside and name == database_path().stem
    return str(database_path().resolve()) if is_own else ""


def connectors_in_use() -> list[str]:
    """The connectors that the setting names."""
    return [name.strip() for name in setting("connectors").split(",")]


def connector_folders() -> list[str]:
    """The folders of models/staging of connectors in use, the standard layout apart.

    Both shapes of a product are told by one folder's models.
    """
    folders = dict.fromkeys(name.removesuffix("_gql") for name in connectors_in_use())
    return [folder for folder in folders if folder != "standard"]


def database_path() -> Path:
    """The DuckDB file that a build writes."""
    return Path(setting("duckdb_path"))


def published_path() -> Path:
    """The DuckDB file that BI reads."""
    return Path(setting("published_path"))


def history_path() -> Path:
    """The folder of what was believed at the end of past months."""
    return Path(setting("history_path"))


def export_log_path() -> Path:
    """The folder of what was sent to ad platforms."""
    return Path(setting("export_log_path"))
