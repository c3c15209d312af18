"""What is published: the marts of one finished build, whole and at once.

Databases here are made by hand, as small as a publication allows.
"""

from __future__ import annotations

import glob
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import publication
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from click_to_cash import files, parquet
from click_to_cash import publish as publishing
from click_to_cash.errors import ClickToCashError
from click_to_cash.publish import Source, checksum_of, publish
from click_to_cash.quality.suites import Table


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A finished build with one raw table, one mart, a view on it and an export."""
    database = tmp_path / "build.duckdb"
    run(
        database,
        "create schema raw",
        "create schema marts",
        "create schema exports",
        "create table raw.orders as select 'o1' as order_id, ' ' as email",
        "create table raw._unfinished_runs (invocation_id varchar)",
        "create table raw._stale_models (model_name varchar)",
        "create schema staging",
        "create table staging.stg_standard__ad_clicks_read (delivered_part varchar)",
        "create table raw._parts (table_name varchar, delivered_part varchar,"
        " size ubigint, modified_at timestamptz)",
        "create table marts.orders as select 'o' || n as order_id, 1.5 * n as revenue"
        " from range(1000) as numbers (n)",
        "comment on table marts.orders is 'One row per order.'",
        "comment on column marts.orders.revenue is 'The customer''s net amount.'",
        "create view marts.large_orders as from marts.orders where revenue > 900",
        "comment on view marts.large_orders is 'One row per large order.'",
        "create table exports.conversions as select 'c1' as conversion_id",
        "create table marts.build_info as select 'EUR' as reporting_currency,"
        " '0.1.0' as code_version, timestamp '2025-03-01' as as_of",
    )
    return Source(
        database=database,
        raw_location="/data/raw",
        raw_tables=[Table("orders", {"order_id": "text", "email": "text"}, [])],
        steps=["models", "publish"],
        is_checked=False,
    )


def run(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def one_row(database: Path, sql: str) -> tuple[object, ...]:
    with duckdb.connect(str(database), read_only=True) as connection:
        (row,) = connection.execute(sql).fetchall()
    return tuple(row)


def refused(source: Source, target: Path, folder: Path | None = None) -> str:
    """The one line with which a publication is refused; what was there is untouched."""
    before = files_below(target.parent)
    with pytest.raises(ClickToCashError) as raised:
        publish(source, target, folder)
    assert files_below(target.parent) == before
    (line,) = str(raised.value).splitlines()
    return line


def files_below(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file but locks, with its inode and time."""
    return {
        path: (path.lstat().st_ino, path.lstat().st_mtime_ns)
        for path in folder.rglob("*")
        if not path.name.endswith(".lock") and not path.is_dir()
    }


def test_a_publication_says_what_it_is_made_of(source: Source, tmp_path: Path) -> None:
    target = tmp_path / "published.duckdb"
    published = publish(source, target)
    assert publication.read(target) == published.checksums
    tables = {"orders": 1000, "large_orders": 399, "build_info": 1}
    assert published.row_counts == tables | {"exports.conversions": 1}
    assert one_row(
        target,
        "select code_version, reporting_currency, raw_location, steps, is_checked,"
        " as_of::varchar, published_at > '2026-01-01' from marts._published",
    ) == (
        *("0.1.0", "EUR", "/data/raw", "models, publish", False),
        *("2025-03-01 00:00:00", True),
    )
    with duckdb.connect(str(target), read_only=True) as connection:
        filled = connection.execute("from marts._published_columns").fetchall()
    assert filled == [("orders", "order_id", 1, 1), ("orders", "email", 1, 0)]


def test_descriptions_are_published_too(source: Source, tmp_path: Path) -> None:
    target = tmp_path / "published.duckdb"
    publish(source, target)
    with duckdb.connect(str(target), read_only=True) as connection:
        comments = connection.execute(
            "select comment from duckdb_tables() where table_name like '%orders'"
            " union all select comment from duckdb_columns() where comment is not null"
        ).fetchall()
    assert {comment for (comment,) in comments} == {
        *("One row per order.", "One row per large order."),
        "The customer's net amount.",
    }


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        pytest.param(
            "insert into raw._unfinished_runs values ('x')",
            "failed, was stopped or was of a few models: run `c2c build`",
            id="a run that did not end well",
        ),
        pytest.param(
            "insert into raw._stale_models values ('x')",
            "than those of the last run of dbt: run `c2c build`",
            id="a run of a few models on other files",
        ),
        pytest.param(
            "drop table raw._unfinished_runs",
            "holds no finished build: run `c2c build`",
            id="an older version built it",
        ),
        pytest.param(
            "drop table marts.build_info",
            "holds no finished build: run `c2c build`",
            id="it never came to the end",
        ),
    ],
)
def test_a_build_that_is_not_whole_is_not_published(
    source: Source, tmp_path: Path, statement: str, told: str
) -> None:
    target = tmp_path / "bi/published.duckdb"
    publish(source, target, tmp_path / "bi/parquet")
    run(source.database, statement)
    line = refused(source, target, tmp_path / "bi/parquet")
    assert str(source.database) in line
    assert line.endswith(told)


@pytest.mark.parametrize(
    "name", ["ad_clicks.csv", "ad_clicks/1.csv", "ad_clicks/it's [old]*?.csv"]
)
def test_clicks_are_published_from_the_files_of_the_build_alone(
    source: Source, tmp_path: Path, name: str
) -> None:
    """The mart of clicks is a view of them; a file counts by its size and time."""
    target = tmp_path / "bi/published.duckdb"
    path, other = tmp_path / name, tmp_path / "other.csv"
    path.parent.mkdir(exist_ok=True)
    for file in (path, other):
        file.write_text("click_id\nk1\n")

    def see(file: Path) -> None:
        quoted = glob.escape(str(file)).replace("'", "''")
        run(
            source.database,
            "create or replace view raw.ad_clicks as from read_csv(['" + quoted + "'])",
        )

    see(path)
    run(
        source.database,
        "insert into raw._parts select 'ad_clicks', filename, size, last_modified"
        f" from read_blob('{tmp_path}/**') where filename <> '{other}'"
        " and filename like '%.csv'",
        "insert into staging.stg_standard__ad_clicks_read"
        " select delivered_part from raw._parts",
        # It has come since, unseen.
        "insert into raw._parts values ('ad_clicks', 'new.csv', 1, '2026-01-01')",
        "create view marts.clicks as from raw.ad_clicks",
    )
    first = publish(source, target).checksums
    told = f"those of the last build of {source.database}: run `c2c build`"
    see(other)
    assert refused(source, target).endswith(told)
    see(path)
    assert publish(source, target).checksums == first
    path.write_text("click_id\nk2\n")
    os.utime(path, ns=(0, 0))
    assert refused(source, target).endswith(told)
    path.unlink()
    assert refused(source, target).endswith(told)


def test_what_cannot_be_a_publication_is_refused_before_anything_is_written(
    source: Source, tmp_path: Path
) -> None:
    (tmp_path / "bi/folder").mkdir(parents=True)
    target = tmp_path / "bi/published.duckdb"
    assert "is a folder: name a file in" in refused(source, tmp_path / "bi/folder")
    assert "is what the build writes" in refused(source, source.database)
    missing = replace(source, database=tmp_path / "none.duckdb")
    assert refused(missing, target).startswith("no database at ")
    below_a_file = refused(source, source.database / "published.duckdb")
    assert below_a_file.startswith("cannot publish to ")


@pytest.mark.parametrize("there", ["a folder", "a file", "a link to elsewhere"])
def test_a_parquet_folder_of_somebody_else_is_refused(
    source: Source, tmp_path: Path, there: str
) -> None:
    target = tmp_path / "bi/published.duckdb"
    publish(source, target)
    folder = tmp_path / "bi/parquet"
    if there == "a file":
        folder.write_text("notes")
    elif there == "a folder":
        folder.mkdir()
    else:
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    line = refused(source, target, folder)
    assert line.endswith("name a folder that is not there yet in C2C_PUBLISHED_PARQUET")


def test_a_folder_of_parquet_holds_what_the_file_holds(
    source: Source, tmp_path: Path
) -> None:
    folder = tmp_path / "bi/parquet"
    published = publish(source, tmp_path / "bi/published.duckdb", folder)
    marts = {k: v for k, v in published.checksums.items() if "." not in k}
    with duckdb.connect() as connection:
        for table, checksum in marts.items():
            relation = f"read_parquet('{folder}/marts/{table}.parquet')"
            assert checksum_of(connection, relation)[1] == checksum
    assert (folder / "exports/conversions.parquet").exists()


def test_the_version_before_stays_for_its_readers_and_no_older_one(
    source: Source, tmp_path: Path
) -> None:
    """Folders that look alike but are not of our making stay, too."""
    target, folder = tmp_path / "bi/published.duckdb", tmp_path / "bi/parquet"
    mine = tmp_path / "bi/parquet.2024-backup"
    mine.mkdir(parents=True)
    seen = []
    for _ in range(3):
        publish(source, target, folder)
        seen.append(folder.resolve())
    left_by_a_dead_publisher = tmp_path / "bi/parquet.29991231T235959000000"
    left_by_a_dead_publisher.mkdir()
    (tmp_path / "bi/.parquet.tmp/half").mkdir(parents=True)
    (tmp_path / "bi/.published.duckdb.tmp").mkdir()
    publish(source, target, folder)
    seen.append(folder.resolve())
    assert parquet.versions(folder) == seen[-2:]
    assert mine.is_dir()
    assert {path.name for path in (tmp_path / "bi").iterdir()} == {
        *("published.duckdb", ".published.duckdb.lock", "parquet", ".parquet.lock"),
        *(mine.name, seen[-2].name, seen[-1].name),
    }


def test_a_publication_is_its_owners_alone_until_he_opens_it(
    source: Source, tmp_path: Path
) -> None:
    """Also under a generous umask; what he opened stays open."""
    target, folder = tmp_path / "bi/published.duckdb", tmp_path / "bi/parquet"
    umask = os.umask(0o022)
    try:
        publish(source, target, folder)
        assert modes(target, folder) == {0o600, 0o700}
        target.chmod(0o640)
        for path in (folder.resolve(), folder / "marts"):
            path.chmod(0o750)
        publish(source, target, folder)
        assert modes(target, folder) == {0o640, 0o750}
    finally:
        os.umask(umask)


def modes(target: Path, folder: Path) -> set[int]:
    paths = [target, folder.resolve(), *folder.resolve().rglob("*")]
    return {path.stat().st_mode & 0o777 for path in paths}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may choose any group")
def test_a_publication_keeps_its_group(source: Source, tmp_path: Path) -> None:
    """Else a mode for BI's group would open it to the publisher's."""
    target, folder = tmp_path / "bi/published.duckdb", tmp_path / "bi/parquet"
    publish(source, target, folder)
    os.chown(target, -1, 4242)
    os.chown(folder.resolve(), -1, 4243)
    publish(source, target, folder)
    assert target.stat().st_gid == 4242
    assert (folder / "marts/orders.parquet").stat().st_gid == 4243


def test_where_the_publication_is_a_link_its_file_is_replaced(
    source: Source, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "published.duckdb"
    link.symlink_to("disk/bi.duckdb")
    publish(source, link)
    assert link.is_symlink()
    assert publication.read(tmp_path / "disk/bi.duckdb")


def test_relative_paths_are_those_of_the_working_folder(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = replace(source, database=Path("build.duckdb"))
    publish(here, Path("published.duckdb"), Path("parquet"))
    publish(here, Path("new folder's/[x]/published.duckdb"), Path("a/b/parquet"))
    for made in ("", "new folder's/[x]/"):
        assert publication.read(tmp_path / made / "published.duckdb")
    assert (tmp_path / "a/b/parquet/marts/orders.parquet").exists()


def test_of_two_publishers_the_second_waits_and_then_stops(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PATIENCE", 0.1)
    target = tmp_path / "bi/published.duckdb"
    publish(source, target)
    with files.alone(target, "held already"):
        line = refused(source, target)
    assert line == f"another process publishes to {target}: wait until it is done"
    publish(source, target)


def test_a_publisher_that_fails_leaves_nothing_behind(
    source: Source, tmp_path: Path
) -> None:
    target = tmp_path / "bi/published.duckdb"
    publish(source, target)
    wrong = replace(source, raw_tables=[Table("nothing", {"id": "text"}, [])])
    assert refused(wrong, target).startswith(f"cannot publish to {target}: ")
    assert sorted(path.name for path in target.parent.iterdir()) == [
        *(".published.duckdb.lock", "published.duckdb"),
    ]


Row = tuple[str | None, int | None]
CELLS = st.tuples(
    st.none() | st.sampled_from(["", "a", "b", "0"]), st.none() | st.integers(-3, 3)
)


def checksum(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> tuple[int, str]:
    connection.execute("create or replace table t (a varchar, b bigint)")
    if rows:
        connection.executemany("insert into t values (?, ?)", rows)
    return checksum_of(connection, "t")


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, max_size=5), st.lists(CELLS, max_size=5), st.data())
def test_checksums_agree_exactly_where_the_rows_do(
    some: list[Row], others: list[Row], data: st.DataObject
) -> None:
    """In any order, each as often as it is there; blank, null and 0 are three."""
    with duckdb.connect(config={"threads": 1}) as connection:
        whole = checksum(connection, some)
        shuffled = data.draw(st.permutations(some))
        assert checksum(connection, shuffled) == whole
        is_same = sorted(map(repr, some)) == sorted(map(repr, others))
        assert (checksum(connection, others) == whole) == is_same
        twice = checksum(connection, [*others, *others])
        assert (checksum(connection, [*some, *some]) == twice) == is_same
        if some:
            (text, number), *rest = shuffled
            for changed in ([(text, 7)], [("z", number)], [], [(text, number)] * 2):
                assert checksum(connection, [*changed, *rest]) != whole
