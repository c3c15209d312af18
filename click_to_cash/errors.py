"""What went wrong, in one line that names the thing and says what to do."""

from __future__ import annotations

import csv
import re
from pathlib import PurePath


class ClickToCashError(Exception):
    """Something that a user can mend; the text is one line."""


# What the engine or dbt says, and what it means. Groups of the pattern fill the line.
# The engine also quotes the line of the file, which may hold an address: left out here.
_IN_LINE = r"CSV Error on Line: (?P<line>\d+)"
_FILE = r"file = (?P<file>\S[^\n]*)"
_MEANINGS = [
    (
        r"Could not set lock on file \"(?P<file>[^\"]+)\"(?:.*?PID (?P<pid>\d+))?",
        "{file} is in use by another process{by_pid}: wait until it is done, or build"
        " into another file with C2C_DUCKDB_PATH",
    ),
    (
        r"No space left on device|File too large|Disk quota exceeded|not enough space",
        "the disk is full: make room, then build again; what was published before is"
        " untouched",
    ),
    (
        r"Cannot open file \"(?P<file>[^\"]+)\": No such file or directory",
        "cannot open {file}: its folder is missing; create it, or set C2C_DUCKDB_PATH",
    ),
    (
        rf"{_IN_LINE}.*?not utf-8 encoded.*?{_FILE}",
        "table {table}: {name} is not UTF-8 in line {line}: export it as UTF-8",
    ),
    (
        rf"{_IN_LINE}.*?unterminated quote.*?{_FILE}",
        "table {table}: {name} has a quote that is never closed, from line {line} on:"
        " double the quotes inside a value",
    ),
    (
        rf"{_IN_LINE}.*?Expected Number of Columns: (?P<wanted>\d+)"
        rf" Found: (?P<found>\d+).*?{_FILE}",
        "table {table}: {name} has {found} values in line {line} but {wanted} columns:"
        " quote values that hold a comma, or export the table again",
    ),
    (
        rf"{_IN_LINE}.*?{_FILE}",
        "table {table}: {name} cannot be read in line {line}: export it as in"
        " docs/standard-layout.md",
    ),
    (
        r"(?:sniffing|CSV).*?file \"(?P<file>[^\"]+\.csv)\"",
        "table {table}: {name} {fault}",
    ),
    (
        r"['\"](?P<file>[^'\"]+\.parquet)['\"] too small to be a Parquet file",
        "table {table}: {name} is no whole Parquet file: export it again",
    ),
    (
        r"(?:magic bytes|Parquet|TProtocol|footer|thrift)"
        r".*?['\"](?P<file>[^'\"]+\.parquet)['\"]",
        "table {table}: {name} is no whole Parquet file: export it again",
    ),
    (
        r"No files found that match the pattern ['\"](?P<file>[^\n]+?)['\"](?:\n|$)",
        "table {table}: {name} is gone since the last build: run `c2c build`",
    ),
    (
        r"Error in seed \w+ \((?P<seed>[^)]+)\)\s+Row \d+ has (?P<found>\d+) values,"
        r" but Table only has (?P<wanted>\d+) columns",
        "{seed} has a row of {found} values but {wanted} columns: quote values that"
        " hold a comma",
    ),
    (
        r"Compilation Error[^\n]*\n\s*(?P<told>[^\n]+)",
        "{told}",
    ),
    (
        r"not a valid DuckDB database file",
        "the database is no DuckDB file: remove it, or set C2C_DUCKDB_PATH",
    ),
]


# The first of the meanings stop a whole run, whatever else fails along with it.
_CAUSES = 2


def cause(message: str) -> str | None:
    """One line for what explains every other failure of the run; None for the rest."""
    return _meaning(message, _MEANINGS[:_CAUSES])


def explain(message: str) -> str:
    """One line for a message of DuckDB or dbt: the known one, else its own first."""
    meant = _meaning(message, _MEANINGS)
    if meant:
        return meant
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    telling = [line for line in lines if not line.endswith("Error") and line[-1] != ":"]
    return (telling or lines or ["unknown error"])[0]


def _meaning(message: str, meanings: list[tuple[str, str]]) -> str | None:
    for pattern, meaning in meanings:
        found = re.search(pattern, message, re.DOTALL | re.IGNORECASE)
        if found:
            words = _words(found.groupdict())
            if "{fault}" in meaning:
                words["fault"] = _csv_fault(words["file"])
            return meaning.format(**words)
    return None


def _words(groups: dict[str, str | None]) -> dict[str, str]:
    words = {name: (value or "").strip() for name, value in groups.items()}
    words["by_pid"] = f" (PID {words['pid']})" if words.get("pid") else ""
    if "file" in words:
        path = PurePath(words["file"])
        words["name"] = path.name
        # A part, whatever it is called, lies in a folder of its table's name.
        words["table"] = path.stem if _is_table(path.stem) else path.parent.name
    return words


def _is_table(name: str) -> bool:
    from click_to_cash.quality.suites import raw_table_names

    return name in raw_table_names()


def _csv_fault(path: str) -> str:
    """Why the engine, which does not say, takes a file for no CSV.

    The values of a line are never told: they may be somebody's address.
    """
    unknown = (
        "is no CSV with commas and a header: export it as in docs/standard-layout.md"
    )
    line = 0
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            if len(header) == 1:
                return (
                    "has one column in its first line: begin with the header, and"
                    " separate columns by commas"
                )
            for values in lines:
                if any("\0" in value for value in values):
                    return f"holds zero bytes in line {lines.line_num}: export it again"
                if len(values) != len(header):
                    return (
                        f"has {len(values)} values in line {lines.line_num} but"
                        f" {len(header)} columns: quote values that hold a comma, or"
                        " export the table again"
                    )
                line = lines.line_num
    except UnicodeDecodeError:
        return f"is not UTF-8 after line {line}: export it as UTF-8, uncompressed"
    except csv.Error:
        return (
            f"has a quote that is never closed, from line {line + 1} on: double the"
            " quotes inside a value"
        )
    except OSError:
        return unknown
    return unknown
