"""Publish a finished build: one file for BI, replaced at once or not at all.

The marts are copied into a file beside the published one, which then takes its place by
a rename: a reader has the old publication open or the new one, never a mix, and a
publisher that dies leaves the old one as it was. So with a folder of Parquet.
"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from click_to_cash import files, parquet
from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError, explain
from click_to_cash.quality.suites import Table
from click_to_cash.quality.told import tell
from click_to_cash.settings import raw_database, setting

SCHEMAS = ("marts", "exports")
# Written so that clients of this version and later open the file.
STORAGE_VERSION = "v1.4.0"
# What ad platforms are told of people, which BI has no use for.
PERSONAL = ["hashed_email", "hashed_phone", "user_agent"]
# Seconds to wait for another publisher: it would be a pity to lose a build to it.
PATIENCE = 60.0


@dataclass(frozen=True)
class Source:
    """What a publication is made of and how it was checked."""

    database: Path
    raw_location: str
    raw_tables: Sequence[Table]
    steps: list[str]
    is_checked: bool


@dataclass(frozen=True)
class Publication:
    """What was published: tables with their rows, and a checksum of each."""

    path: Path
    row_counts: dict[str, int]
    checksums: dict[str, str]


def publish(source: Source, target: Path, folder: Path | None = None) -> Publication:
    """Copy the marts of a finished build to `target`, and to a folder of Parquet.

    Raises ClickToCashError and leaves the last publication as it was.
    """
    try:
        return _publish(source, target, folder)
    except (duckdb.Error, OSError) as error:
        raise ClickToCashError(
            f"cannot publish to {target}: {explain(str(error))}"
        ) from None


def _publish(source: Source, target: Path, folder: Path | None) -> Publication:
    _refuse(source.database, target)
    # Where the publication is a link, what it links to is replaced.
    file = target.resolve()
    with ExitStack() as held:
        for path in filter(None, (file, folder)):
            path.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(
                files.alone(
                    path,
                    f"another process publishes to {path}: wait until it is done",
                    PATIENCE,
                )
            )
        former = parquet.current_version(folder) if folder else None
        unfinished = held.enter_context(files.beside(file)) / file.name
        with connect(raw_database=raw_database()) as connection:
            _attach(connection, source.database, unfinished)
            _refuse_unfinished(connection, source.database)
            _refuse_other_files(connection, source.database)
            publication = _copy(connection, source, target)
            _refuse_other_files(connection, source.database)
            if folder:
                beside = held.enter_context(files.beside(folder))
                version = parquet.write(connection, beside, folder)
                files.settle(version, former)
            connection.execute("detach published")
        files.settle(unfinished, file)
        unfinished.replace(file)
        files.flush(file.parent)
        if folder:
            parquet.switch(version, folder)
            parquet.remove_outdated(folder)
            files.flush(folder.parent)
    return publication


def _refuse(database: Path, target: Path) -> None:
    """What cannot be published is told before anything is written."""
    if not database.exists():
        raise ClickToCashError(f"no database at {database}: run `c2c build`")
    if target.is_dir():
        raise ClickToCashError(
            f"{target} is a folder: name a file in C2C_PUBLISHED_PATH"
        )
    if target.exists() and target.samefile(database):
        raise ClickToCashError(
            f"{target} is what the build writes: name another in C2C_PUBLISHED_PATH"
        )


def _attach(
    connection: duckdb.DuckDBPyConnection, database: Path, unfinished: Path
) -> None:
    # What does not fit into memory goes where it is private and removed.
    if not setting("temp_directory"):
        connection.execute(f"set temp_directory = {_quoted(unfinished.parent)}")
    connection.execute(f"attach {_quoted(database)} as build (read_only)")
    connection.execute(
        f"attach {_quoted(unfinished)} as published"
        f" (storage_version '{STORAGE_VERSION}')"
    )


def _refuse_unfinished(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """A run of dbt that was killed or failed has left its mark.

    macros/mark_run_started.sql makes the marks and takes them away.
    """
    (tables,) = connection.execute(
        "select count(*) from duckdb_tables() where database_name = 'build' and"
        " (schema_name, table_name) in"
        " (('marts', 'build_info'), ('raw', '_unfinished_runs'),"
        " ('raw', '_stale_models'), ('raw', '_parts'))"
    ).fetchone() or (0,)
    if tables < 4:
        raise ClickToCashError(f"{database} holds no finished build: run `c2c build`")
    if connection.execute("from build.raw._unfinished_runs").fetchone():
        raise ClickToCashError(
            f"the last build of {database} failed, was stopped or was of a few models:"
            " run `c2c build`"
        )
    if connection.execute("from build.raw._stale_models").fetchone():
        raise ClickToCashError(
            f"{database} was built from other files, settings or code than those of the"
            " last run of dbt: run `c2c build`"
        )


def _refuse_other_files(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """The mart of clicks reads the files of the build: as they were, or not at all.

    macros/incremental/mark_stale_models.sql notes them; since then others may have come
    in their place, or somebody has checked raw tables that lie elsewhere. Stores of
    objects tell times by the second.
    """
    noted = connection.execute(
        "select delivered_part, size, epoch_us(modified_at) // 1000000"
        " from build.raw._parts where table_name = 'ad_clicks' and delivered_part in"
        " (select delivered_part from build.staging.stg_standard__ad_clicks_read)"
    ).fetchall()
    if not noted:
        return
    # Names are no patterns. One that is gone is left out.
    names = [glob.escape(part) for part, _, _ in noted]
    present = connection.execute(
        "select filename, size, epoch_us(last_modified) // 1000000 from read_blob(?)",
        [names],
    ).fetchall()
    (view,) = connection.execute(
        "select sql from duckdb_views() where database_name = 'build' and"
        " schema_name = 'raw' and view_name = 'ad_clicks'"
    ).fetchone() or ("",)
    if set(noted) - set(present) or not all(_quoted(name) in view for name in names):
        raise ClickToCashError(
            f"the files of ad_clicks are not those of the last build of {database}: run"
            " `c2c build`"
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
        connection.execute(
            f"create table published.{name} as"
            " select columns(lambda c: c not in $personal)"
            f" from build.{name}",
            {"personal": PERSONAL},
        )
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
        "select count(*), coalesce(sum(hash(each_row)), 0)::varchar"
        f" from {relation} as each_row"
    ).fetchone() or (0, "0")
    return count, checksum


def _comment(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, comment: str | None
) -> None:
    """Descriptions go with the tables; a copy by itself leaves them behind."""
    relation = f'published.{schema}."{table}"'
    if comment:
        connection.execute(f"comment on table {relation} is {_quoted(comment)}")
    for column, told in connection.execute(
        "select column_name, comment from duckdb_columns()"
        " where database_name = 'build' and schema_name = ? and table_name = ?"
        " and comment is not null and not list_contains(?, column_name)",
        [schema, table, PERSONAL],
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
    tell(connection, "build", source.raw_tables)
    for table in source.raw_tables:
        filled = ", ".join(f"count(nullif(trim({c}), ''))" for c in table.columns)
        row_count, *counts = connection.execute(
            f"select count(*), {filled} from told.{table.name}"
        ).fetchone() or (0,)
        connection.executemany(
            "insert into published.marts._published_columns values (?, ?, ?, ?)",
            [
                [table.name, column, row_count, count]
                for column, count in zip(table.columns, counts, strict=True)
            ],
        )
    connection.execute(
        "comment on table published.marts._published_columns is 'One row per column of"
        " a raw table: how full it was, for the next check to compare with.'"
    )


def _quoted(text: str | Path) -> str:
    quoted = str(text).replace("'", "''")
    return f"'{quoted}'"
