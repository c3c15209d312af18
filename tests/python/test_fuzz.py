"""Arbitrary text in arbitrary cells: never an error of the engine, and rows add up.

Whatever a person, a script or a broken export can type stands in some cell; a build
must account for the row and go on. `make fuzz` tries ten times as many.
"""

from __future__ import annotations

import csv
import string
from pathlib import Path

import duckdb
import pytest
import worlds
from hypothesis import event, given
from hypothesis import strategies as st
from reference import LAYOUTS
from test_worlds import some
from warehouse import Models, World, compile_models, run_dbt

CSV_WORLDS = 2

# What tends to break programs: quotes, wildcards, code, numbers at their limits, times
# that do not exist, signs of many scripts and those that print nothing.
NASTY = (
    *(
        "'",
        '"',
        "''",
        "\\",
        "%",
        "_",
        "{}",
        "{{ this }}",
        "{% raw %}",
        "${x}",
        "--",
        ";",
    ),
    *("'); drop table raw.orders; --", "' or '1'='1", '"; select 1; "', "$$", "E'\\n'"),
    *(
        "null",
        "NaN",
        "Infinity",
        "-0",
        "1e309",
        "0x1F",
        "9" * 40,
        "0." + "0" * 40 + "1",
    ),
    *("999999999999.999999", "-999999999999.999999", "999999999.999999", "9999999.9"),
    *(
        "0001-01-01",
        "9999-12-31T23:59:59.999999",
        "2024-02-29",
        "2023-02-29",
        "0000-00-00",
    ),
    *("2024-03-31T02:30:00+99:99", "2024-03-31T02:30:00+23:59", "24:00", "infinity"),
    *("290309-12-22", "-290308-12-21", "1970-01-01", "epoch", "now", "today"),
    *(
        "https://a/?gclid=%",
        "https://a/?%E0%A4%A",
        "?gclid=%00",
        "https://a/?" + "&=" * 50,
    ),
    *("?gclid=A&gclid=%FF&msclkid=%ED%A0%80", "https://a/#?gclid=B", "?a%3Db&gclid"),
    *(
        "a@b.example",
        "A@B.EXAMPLE ",
        "%40",
        "+49 170 0000000",
        "=1+1",
        "@SUM(A1)",
        "-1+1",
    ),
    *(
        "\x00",
        "a\x00b",
        "\x1f",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "😀",
        "ß",
        "İ",
        "\u0131",
    ),
    *(
        "e\u0301",
        "\t",
        "\r",
        "\n",
        "\r\n",
        "\u2028",
        "\xa0",
        " ",
        "a" * 5000,
        "١٢٣",
        "½",
    ),
    *(
        "{gclid}",
        "{}",
        "{",
        "(not set)",
        "GCLID",
        "America/New_York",
        "US/Pacific-New",
        "EST",
    ),
)

CELLS = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=20),
    st.text(alphabet=string.printable, max_size=20),
    # Nearly a number, a time, a URL.
    st.text(alphabet="0123456789.,-+eE ", min_size=1, max_size=24),
    st.text(alphabet="0123456789-:TZ+. ", min_size=8, max_size=30),
    st.text(alphabet="?&=%#gclid0123456789ABCDEF", max_size=40).map(
        "https://x/".__add__
    ),
    st.builds(str, st.decimals(allow_nan=True, allow_infinity=True)),
    st.builds(str, st.datetimes()),
)


@st.composite
def fuzzed_worlds(draw: st.DrawFn) -> World:
    """A world of all tables, some of whose cells hold anything at all."""
    world = draw(worlds.worlds(least=1))
    tables = st.sampled_from([name for name in LAYOUTS if world.get(name)])
    for _ in range(draw(st.integers(1, 80))):
        table = draw(tables)
        row = draw(st.sampled_from(world[table]))
        column = draw(st.sampled_from([c.name for c in LAYOUTS[table].columns]))
        row[column] = draw(CELLS)
    return world


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("models"))


def assert_rows_add_up(connection: duckdb.DuckDBPyConnection, world: World) -> int:
    """Law 1 by the world's own count; the number of rejected rows."""
    accounts = connection.execute("""
        select
            table_name,
            delivered_row_count,
            accepted_row_count,
            superseded_row_count,
            rejected_row_count
        from marts.raw_row_accounts
    """).fetchall()
    assert len(accounts) == len(LAYOUTS)
    for table, delivered, *parts in accounts:
        assert delivered == len(world.get(table, [])), table
        assert sum(parts) == delivered, table
        assert min(parts) >= 0, table
    return sum(rejected for *_, rejected in accounts)


# A build costs the same for many odd cells as for few.
@some(60)
@given(world=fuzzed_worlds())
def test_whatever_stands_in_a_cell_is_accounted_for(
    models: Models, world: World
) -> None:
    """One cell that stops the build stops all reports until somebody finds it."""
    with models.build(world) as connection:
        rejected = assert_rows_add_up(connection, world)
        event(f"rejected rows: {'some' if rejected else 'none'}")
        for name, sql in models.laws:
            broken = connection.execute(sql).fetchall()
            assert not broken, f"{name}: {broken[:3]}"


def write_csv(folder: Path, world: World) -> None:
    folder.mkdir()
    for table, layout in LAYOUTS.items():
        columns = [column.name for column in layout.columns]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(world.get(table, []))


@some(CSV_WORLDS)
@given(world=fuzzed_worlds())
def test_whatever_stands_in_a_file_is_built_by_dbt(
    tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    """The same through files, dbt and all its tests."""
    folder = tmp_path_factory.mktemp("fuzz")
    write_csv(folder / "raw", world)
    result = run_dbt(
        *("build", "--exclude-resource-type", "unit_test"),
        folder=folder,
        raw_location=str(folder / "raw"),
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert "Traceback" not in output
    database = str(folder / "click_to_cash.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        assert_rows_add_up(connection, world)
