"""A folder of Parquet that is replaced at once: a link to the newest of its versions.

    published → published.20260401T063000000000
                published.20260331T063000000000   for readers that are still in it

A reader that follows the link once, at its start, reads one version to the end.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from click_to_cash.errors import ClickToCashError

_STAMP = "%Y%m%dT%H%M%S%f"


def current_version(target: Path) -> Path | None:
    """The version that readers are sent to; an error where something else lies."""
    if target.is_symlink():
        version = target.parent / os.readlink(target)
        if version in versions(target) or not version.exists():
            return version
    elif not target.exists():
        return None
    raise ClickToCashError(
        f"{target} is not of our making: name a folder that is not there yet in"
        " C2C_PUBLISHED_PARQUET"
    )


def versions(target: Path) -> list[Path]:
    """Every version beside the link, the oldest first."""
    name = re.compile(re.escape(target.name) + r"\.\d{8}T\d{12}")
    return sorted(p for p in target.parent.iterdir() if name.fullmatch(p.name))


def write(connection: duckdb.DuckDBPyConnection, beside: Path, target: Path) -> Path:
    """Write every table of the attached `published` into a new version in `beside`.

    The link to it lies there too, so that `switch` only has to rename.
    """
    stamp = datetime.now(UTC).strftime(_STAMP)
    version = beside / f"{target.name}.{stamp}"
    for schema, table in connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = 'published'"
    ).fetchall():
        path = version / schema / f"{table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        connection.sql(f'from published.{schema}."{table}"').write_parquet(str(path))
    (beside / "link").symlink_to(version.name)
    return version


def switch(version: Path, target: Path) -> None:
    """Put the finished version beside the link, and let the link point at it."""
    version.replace(target.with_name(version.name))
    version.with_name("link").replace(target)


def remove_outdated(target: Path) -> None:
    """Keep the version that readers are sent to and the one before it.

    A newer one was left by a publisher that died before it was done.
    """
    current = current_version(target)
    past = [v for v in versions(target) if current and v.name <= current.name]
    for version in versions(target):
        if version not in past[-2:]:
            shutil.rmtree(version)
