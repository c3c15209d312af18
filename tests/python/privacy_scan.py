"""Looks for planted addresses and numbers of people in databases and in text files.

`Planted.of(raw folder)` knows every e-mail address and phone number of raw CSV files;
`in_database` and `in_files` say where one of them stands. Both look inside longer
texts, in any case, at numbers with and without punctuation, and through URL encoding.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

# An address is at most this long on either side of its @.
REACH = 80
ENCODED_AT = re.compile(r"%(?:25)*40|&#0*64;|&#x0*40;|&commat;|\\+u0040", re.IGNORECASE)
# Digits in one line, with at most three marks between two of them.
NUMBER = re.compile(r"\d(?:(?:%20|[ ().+/-]){0,3}\d){6,}")
MAY_HOLD_PEOPLE = ("raw", "staging")


@dataclass(frozen=True)
class Planted:
    """Addresses in lower case; numbers as digits alone."""

    addresses: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, raw: Path) -> Planted:
        """What the columns email and phone of a folder's CSV files hold."""
        held: dict[str, set[str]] = {"email": set(), "phone": set()}
        for path in sorted(raw.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for column, values in held.items():
                        values.add((row.get(column) or "").strip().lower())
        numbers = {re.sub(r"\D", "", phone) for phone in held["phone"]}
        # Shorter ones than a phone number stand anywhere by chance.
        return cls(
            frozenset(email for email in held["email"] if "@" in email),
            frozenset(number for number in numbers if len(number) >= 7),
        )

    def found_in(self, text: str) -> set[str]:
        """Those that stand in a text."""
        text = ENCODED_AT.sub("@", text).lower()
        found: set[str] = set()
        for at in re.finditer("@", text):
            around = text[max(at.start() - REACH, 0) : at.end() + REACH]
            found |= {address for address in self.addresses if address in around}
        lengths = {len(number) for number in self.numbers}
        for run in NUMBER.finditer(text):
            digits = re.sub(r"\D", "", run[0].replace("%20", ""))
            found |= self.numbers.intersection(
                digits[start : start + length]
                for length in lengths
                for start in range(len(digits) - length + 1)
            )
        return found


def texts_of(
    connection: duckdb.DuckDBPyConnection, besides: Collection[str] = MAY_HOLD_PEOPLE
) -> Iterator[tuple[str, str]]:
    """Each column, of any type, of every schema but those, with its values by lines."""
    columns = connection.execute(
        """
        select table_schema, table_name, column_name
        from information_schema.columns
        where table_catalog = current_database() and not list_contains(?, table_schema)
        order by all
        """,
        [list(besides)],
    ).fetchall()
    for schema, table, column in columns:
        (text,) = connection.execute(
            f'select string_agg(distinct cast("{column}" as varchar), chr(10))'
            f' from "{schema}"."{table}"'
        ).fetchone() or ("",)
        yield f"{schema}.{table}.{column}", text or ""


def in_database(
    planted: Planted,
    connection: duckdb.DuckDBPyConnection,
    besides: Collection[str] = MAY_HOLD_PEOPLE,
) -> dict[str, set[str]]:
    """The columns right of staging that hold planted values, with what they hold."""
    found = {name: planted.found_in(t) for name, t in texts_of(connection, besides)}
    return {name: values for name, values in found.items() if values}


def in_files(planted: Planted, *paths: Path) -> dict[Path, set[str]]:
    """The files, of these and under these folders, that hold planted values."""
    files = [
        file
        for path in paths
        for file in ([path] if path.is_file() else sorted(path.rglob("*")))
        if file.is_file()
    ]
    found = {f: planted.found_in(f.read_text("utf-8", "replace")) for f in files}
    return {file: values for file, values in found.items() if values}
