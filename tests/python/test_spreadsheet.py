"""A CSV file for people: no cell of it is a formula, and none is changed otherwise."""

from __future__ import annotations

import csv
import os
import stat
import unicodedata
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_cli import make_database, only_line, printed, run

from click_to_cash.errors import ClickToCashError
from click_to_cash.spreadsheet import write

FORMULA_CHARACTERS = set("=+-@")
texts = st.one_of(
    st.text(max_size=8),
    st.text(st.sampled_from("'\"=+-@\t\r\n ,;\xa0\u200b\ufeff\uff1d\uff0d\uff20ab7")),
    st.none(),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spreadsheet")


def write_texts(folder: Path, held: list[str | None]) -> list[list[str]]:
    """The lines, header included, of a mart of these texts, each with its number."""
    database = folder / "texts.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.texts (number integer, held varchar)")
        for number, text in enumerate(held):
            connection.execute("insert into marts.texts values (?, ?)", [number, text])
    out = folder / "texts.csv"
    assert write("texts", out, database) == len(held)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def begins_a_formula(cell: str) -> bool:
    """Told without the module's own pattern: by Unicode's categories and widths."""
    seen = [
        character
        for character in unicodedata.normalize("NFKC", cell)
        if not character.isspace()
        and unicodedata.category(character) not in ("Cc", "Cf")
    ]
    return seen[:1] != [] and seen[0] in FORMULA_CHARACTERS


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(held=st.lists(texts, max_size=12))
@example(held=["=1+1", "+1", "-1", "@x", "\t=1", "\ra", "  =1", "\uff1d1", "\u3000-1"])
@example(held=["'=1", "''=1", "'s", "'", "", None, "a=1", "\ufeff=1", "\u200b@x"])
@example(held=["a\r\nb", 'say "x", y', "é,=1", "\n=1", "\xad=1", "\x01=1"])
def test_no_text_is_a_formula_and_none_is_lost(
    folder: Path, held: list[str | None]
) -> None:
    header, *lines = write_texts(folder, held)
    assert header == ["number", "held"]
    assert [int(number) for number, _ in lines] == list(range(len(held)))
    for (_, cell), text in zip(lines, held, strict=True):
        assert not begins_a_formula(cell), repr(cell)
        assert cell[:1] not in ("\t", "\r", "\n")
        own = cell[1:].lstrip("'")
        is_dangerous = begins_a_formula(own) or own[:1] in ("\t", "\r", "\n")
        is_marked = cell[:1] == "'" and is_dangerous and own != ""
        assert (cell[1:] if is_marked else cell) == (text or "")


def test_numbers_and_times_stay_as_they_are(tmp_path: Path) -> None:
    """A text of a number cannot be added up; a loss below 0 is no formula."""
    database = make_database(
        tmp_path / "x.duckdb",
        "create schema marts",
        """
        create table marts.days as
        select
            'é-1' as name,
            cast(-1234.50 as decimal(18, 2)) as revenue,
            date '2025-03-31' as click_date,
            timestamp '2025-03-31 00:30:00' as clicked_at,
            true as is_won,
            cast(null as varchar) as nothing
        """,
    )
    out = tmp_path / "days.csv"
    assert write("days", out, database) == 1
    assert out.read_bytes() == (
        b"\xef\xbb\xbfname,revenue,click_date,clicked_at,is_won,nothing\r\n"
        b"\xc3\xa9-1,-1234.50,2025-03-31,2025-03-31 00:30:00,true,\r\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX files")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Also where a file that all may read lay before."""
    database = make_database(
        tmp_path / "x.duckdb",
        "create schema marts",
        "create table marts.days as select 1 as n",
    )
    out = tmp_path / "days.csv"
    out.write_text("old")
    out.chmod(0o644)
    before = os.umask(0)
    try:
        result = run("csv", "days", "--out", str(out), "--database", str(database))
    finally:
        os.umask(before)
    assert result.exit_code == 0, result.output
    assert printed(result) == f"1 rows of days are in {out}\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_text("utf-8-sig") == "n\n1\n"
    assert {path.name for path in tmp_path.iterdir()} == {"x.duckdb", "days.csv"}


@pytest.mark.parametrize("mart", ["dayz", "days; drop table marts.days; --", "", '"'])
def test_an_unknown_mart_is_told_in_one_line(tmp_path: Path, mart: str) -> None:
    database = make_database(
        tmp_path / "x.duckdb",
        "create schema marts",
        "create schema staging",
        "create table marts.days as select 1 as n",
        "create table staging.dayz as select 'ann@example.com' as email",
    )
    out = tmp_path / "x.csv"
    line = only_line(run("csv", mart, "--out", str(out), "--database", str(database)))
    assert line == f"error: no mart {mart}: there are days"
    assert not out.exists()


def test_what_cannot_be_read_or_written_is_told_in_one_line(tmp_path: Path) -> None:
    out, none = str(tmp_path / "x.csv"), tmp_path / "none.duckdb"
    line = only_line(run("csv", "days", "--out", out, "--database", str(none)))
    assert line == f"error: no database at {none}: run `make build` first"
    empty = make_database(tmp_path / "empty.duckdb")
    line = only_line(run("csv", "days", "--out", out, "--database", str(empty)))
    assert line.endswith("no mart days: there is none, run `make build` first")
    notes = tmp_path / "notes.duckdb"
    notes.write_text("spend was high in March\n" * 1000)
    line = only_line(run("csv", "days", "--out", out, "--database", str(notes)))
    assert f"cannot read {notes}: " in line
    full = make_database(
        tmp_path / "x.duckdb",
        "create schema marts",
        "create table marts.days as select 1 as n",
    )
    for bad in (tmp_path, tmp_path / "none" / "x.csv"):
        line = only_line(run("csv", "days", "--out", str(bad), "--database", str(full)))
        assert str(bad) in line
    with pytest.raises(ClickToCashError):
        write("days", tmp_path, full)
