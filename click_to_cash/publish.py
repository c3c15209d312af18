"""Publish a finished build: one file for BI, replaced at once or not at all.

The marts are copied into a file beside the published one, which then takes its place by
a rename: a reader has the old publication open or the new one, never a mix, and a
publisher that dies leaves the old one as it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import filelock

from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.quality.suites import Table

SCHEMAS = ("marts", "exports")
# Written so that clients of this version and later open the file.
STORAGE_VERSION = "v1.4.0"


@dataclass(frozen=True)
class Source:
    """What a publication is made of and how it was checked."""

    database: Path
    raw_location: str
    raw_tables: list[Table]
    steps: list[str]
    is_checked: bool


@dataclass(frozen=True)
class Publication:
    """What was published: tables with their rows, and a checksum of each."""

    path: Path
    row_counts: dict[str, int]
    checksums: dict[str, str]


def publish(source: Source, target: Path, parquet: Path | None = None) -> Publication:
    """Copy the marts of a finished build to `target`, and to a folder of Parquet.

    Raises ClickToCashError and leaves the last publication as it was.
    """
    if not source.database.exists():
        raise ClickToCashError(f"no database at {source.database}: run `c2c build`")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        remove_leftovers(target)
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            with duckdb.connect() as connection:
                _attach(connection, source.database, beside)
                _refuse_unfinished(connection, source.database)
                publication = _copy(connection, source, target)
                if parquet:
                    folder = _write_parquet(connection, parquet)
                connection.execute("detach published")
            _replace(beside, target)
            if parquet:
                _switch(folder, parquet)
        except duckdb.Error as error:
            raise ClickToCashError(
                f"cannot publish to {target}: {explain(str(error))}"
            ) from None
        except OSError as error:
            raise ClickToCashError(
                f"cannot publish to {target}: {explain(str(error))}"
            ) from None
        finally:
            remove_leftovers(target)
    return publication


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    lock = filelock.FileLock(target.with_name(f".{target.name}.lock"), mode=0o600)
    try:
        with lock.acquire(timeout=0):
            yield
    except filelock.Timeout:
        raise ClickToCashError(
            f"another process publishes to {target}: wait until it is done"
        ) from None


def remove_leftovers(target: Path) -> None:
    """Remove what publishers that died have left beside the target."""
    for path in target.parent.glob(f".{target.name}.*.tmp*"):
        path.unlink(missing_ok=True)


def _attach(
    connection: duckdb.DuckDBPyConnection, database: Path, beside: Path
) -> None:
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach {_quoted(database)} as build (read_only)")
    connection.execute(
        f"attach {_quoted(beside)} as published (storage_version '{STORAGE_VERSION}')"
    )


def _refuse_unfinished(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """A run of dbt that was killed or failed has left its mark; see macros/mark_run_started.sql."""
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = 'build'"
    ).fetchall()
    if ("marts.build_info",) not in tables:
        raise ClickToCashError(f"{database} holds no finished build: run `c2c build`")
    (unfinished,) = connection.execute(
        "select count(*) from build.raw._unfinished_runs"
    ).fetchone() or (0,)
    if unfinished:
        raise ClickToCashError(
            f"the last build of {database} failed or was stopped: run `c2c build`"
        )


def _copy(
    connection: duckdb.DuckDBPyConnection, source: Source, target: Path
) -> Publication:
    row_counts, checksums = {}, {}
    relations = connection.execute(
        """
        select schema_name, table_name, comment
        from (
            select database_name, schema_name, table_name, comment from duckdb_tables()
            union all
            select database_name, schema_name, view_name, comment from duckdb_views()
        )
        where database_name = 'build' and schema_name in (select unnest(?))
        order by schema_name, table_name
        """,
        [list(SCHEMAS)],
    ).fetchall()
    for schema in SCHEMAS:
        connection.execute(f"create schema published.{schema}")
    for schema, table, comment in relations:
        name = f'{schema}."{table}"'
        connection.execute(f"create table published.{name} as from build.{name}")
        _comment(connection, schema, table, comment)
        count, checksum = checksum_of(connection, f"published.{name}")
        key = table if schema == "marts" else f"{schema}.{table}"
        row_counts[key], checksums[key] = count, checksum
    _describe(connection, source, row_counts, checksums)
    return Publication(target, row_counts, checksums)


def checksum_of(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> tuple[int, str]:
    """Rows of a relation and a checksum of them that does not depend on their order."""
    count, checksum = connection.execute(
        f"select count(*), coalesce(sum(hash(content)), 0)::hugeint % 1000000000000000000"
        f" from {relation} as content"
    ).fetchone() or (0, 0)
    return count, str(checksum)


def _comment(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, comment: str | None
) -> None:
    """Descriptions go with the tables; a copy by itself leaves them behind."""
    relation = f'published.{schema}."{table}"'
    if comment:
        connection.execute(f"comment on table {relation} is {_quoted(comment)}")
    for column, told in connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'build'"
        " and schema_name = ? and table_name = ? and comment is not null",
        [schema, table],
    ).fetchall():
        connection.execute(
            f'comment on column {relation}."{column}" is {_quoted(told)}'
        )


def _describe(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    row_counts: dict[str, int],
    checksums: dict[str, str],
) -> None:
    """The rows that tell what this publication is and what the raw tables held."""
    connection.execute(
        """
        create table published.marts._published as
        select
            code_version,
            reporting_currency,
            ? as raw_location,
            ? as steps,
            map(?, ?) as row_counts,
            map(?, ?) as checksums,
            ? as is_checked,
            as_of,
            ?::timestamp as published_at
        from build.marts.build_info
        """,
        [
            source.raw_location,
            ", ".join(source.steps),
            list(row_counts),
            list(row_counts.values()),
            list(checksums),
            list(checksums.values()),
            source.is_checked,
            datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        ],
    )
    connection.execute(
        "comment on table published.marts._published is 'One row: what this publication"
        " is made of, and how it was checked.'"
    )
    connection.execute(
        "create table published.marts._published_columns (table_name varchar,"
        " column_name varchar, row_count bigint, filled_count bigint)"
    )
    for table in source.raw_tables:
        filled = ", ".join(f"count(nullif(trim({c}), ''))" for c in table.columns)
        row_count, *counts = connection.execute(
            f"select count(*), {filled} from build.raw.{table.name}"
        ).fetchone() or (0,)
        connection.executemany(
            "insert into published.marts._published_columns values (?, ?, ?, ?)",
            [
                [table.name, column, row_count, count]
                for column, count in zip(table.columns, counts, strict=True)
            ],
        )
    connection.execute(
        "comment on table published.marts._published_columns is 'One row per column of a"
        " raw table: how full it was, for the next check to compare with.'"
    )


def _write_parquet(connection: duckdb.DuckDBPyConnection, target: Path) -> Path:
    """Write every published table into a new folder beside the target."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    folder = target.with_name(f"{target.name}.{stamp}")
    for schema, table in connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = 'published'"
    ).fetchall():
        path = folder / schema / f"{table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f'copy published.{schema}."{table}" to {_quoted(path)} (format parquet)'
        )
    return folder


def _replace(beside: Path, target: Path) -> None:
    """Put the finished file in place, on the disk before the name is."""
    # Whoever has opened the publication to a group keeps it open.
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    beside.chmod(mode)
    _flush(beside)
    beside.replace(target)
    _flush(target.parent)


def _switch(folder: Path, target: Path) -> None:
    """Let the link `target` point at the new folder; the one before it is kept."""
    before = target.resolve() if target.is_symlink() else None
    link = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    if target.exists() and not target.is_symlink():
        raise ClickToCashError(
            f"{target} is a folder of its own: name one that is not there yet in"
            " C2C_PUBLISHED_PARQUET"
        )
    link.replace(target)
    for old in target.parent.glob(f"{target.name}.2*"):
        if old.resolve() not in (folder.resolve(), before):
            shutil.rmtree(old)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(text: str | Path) -> str:
    quoted = str(text).replace("'", "''")
    return f"'{quoted}'"
