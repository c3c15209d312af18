"""One mart as a CSV file that people open in a spreadsheet, and that cannot run there.

A campaign name or a utm value is typed by strangers; `=HYPERLINK(…)` in it would be a
formula in Excel, Calc and Sheets. Text that begins as a formula does gets an apostrophe
before it, which says “this is text” (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import os
import tempfile
from pathlib import Path

import duckdb

from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError

# What begins a formula, and its full-width and other variants, which some versions read
# alike (those that Unicode calls compatible).
FORMULA_BEGINS = (
    "=+@\\-\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
    "\u207a\u207b\u207c\u208a\u208b\u208c\u2212\u2a75\u2a76"
)
# White space, control characters, marks without width: a program may drop them first.
SKIPPED = r"\p{Z}\p{Cc}\p{Cf}"
# An apostrophe of the text's own is part of it: the one put before can be taken away.
DANGEROUS = rf"^'*([{SKIPPED}]*[{FORMULA_BEGINS}]|[\t\r\n])"
# Excel takes a file without this mark for the computer's own old encoding.
ENCODING = "utf-8-sig"
ROWS_AT_A_TIME = 10_000


def write(mart: str, out: Path, database: Path) -> int:
    """Write `marts.<mart>` to `out`, readable by its owner alone; returns its rows.

    Text is rewritten, numbers, dates and times stay as SQL prints them. A file that is
    already there is replaced at the end, or left as it is if anything fails, which
    raises ClickToCashError.
    """
    if not database.exists():
        raise ClickToCashError(f"no database at {database}: run `make build` first")
    if out.is_dir():
        raise ClickToCashError(f"{out} is a folder: name a file in it")
    try:
        with connect(database, read_only=True) as connection:
            return _write(mart, out, connection)
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise ClickToCashError(
            f"cannot read {database}: close what has it open, or give the file that"
            f" `dbt build` wrote ({reason})"
        ) from None
    except OSError as error:
        raise ClickToCashError(f"cannot write {out}: {error.strerror}") from None


def _write(mart: str, out: Path, connection: duckdb.DuckDBPyConnection) -> int:
    columns = connection.execute(
        """
        select column_name, data_type
        from duckdb_columns()
        where
            database_name = current_database()
            and schema_name = 'marts'
            and table_name = ?
        order by column_index
        """,
        [mart],
    ).fetchall()
    if not columns:
        raise ClickToCashError(f"no mart {mart}: {_known_marts(connection)}")
    cells = [
        f"case when regexp_matches({name}, $dangerous) then chr(39) || {name}"
        f" else {name} end"
        if data_type == "VARCHAR"
        else f"cast({name} as varchar)"
        for name, data_type in columns
    ]
    rows = connection.execute(
        f"select {', '.join(cells)} from (from marts.{mart} order by all)",
        {"dangerous": DANGEROUS} if "$dangerous" in "".join(cells) else {},
    )
    # Made with the rights of its owner alone, whatever the umask says.
    handle, draft = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "w", encoding=ENCODING, newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name for name, _ in columns])
            count = 0
            while some := rows.fetchmany(ROWS_AT_A_TIME):
                writer.writerows(some)
                count += len(some)
        os.replace(draft, out)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return count


def _known_marts(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute("""
        select table_name from information_schema.tables
        where table_schema = 'marts'
        order by table_name
    """).fetchall()
    if not found:
        return "there is none, run `make build` first"
    return "there are " + ", ".join(name for (name,) in found)
