"""What changed between two builds: marts, rows, columns and sums.

Rows are matched by the shortest prefix of columns that is unique in both builds: keys
stand first. No value of a column is shown, only counts, sums and the ends of dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError

SCHEMAS = ("marts", "exports")

# A sum of ratios or middles says nothing; their columns are known by their names.
_NO_SUM = re.compile(
    r"(.*_)?(roas|poas|rate|ratio|share)|(.*_)?(cost_per|median)_.*", re.IGNORECASE
)
_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|FLOAT|DOUBLE")
_TIME = re.compile(r"DATE|TIMESTAMP.*")

# What is shown of a column {0} of one build, whose rows have {1}.
_MEASURES = {
    "sum": "sum({0})",
    "true": "count(*) filter (where {0})",
    "blank": "count(*) filter (where {1} and {0} is null)",
    "range": "cast(min({0}) as varchar) || ' to ' || cast(max({0}) as varchar)",
}

# A table as schema and name; its columns with their types.
Name = tuple[str, str]
Columns = dict[str, str]
Number = Decimal | int | float


@dataclass(frozen=True)
class ColumnChange:
    """One column of both builds: cells that differ in matched rows, and a measure.

    `measure` says what before and after are: the sum of numbers, how many are true, how
    many are blank (null), or the range of dates, which has no difference.
    """

    name: str
    measure: str
    cell_count: int
    before: Number | str | None
    after: Number | str | None
    difference: Number | None


@dataclass(frozen=True)
class TableChange:
    """One table of both builds. Columns that one build lacks are name → type.

    `key` is None where no prefix of columns is unique: then rows are compared whole,
    and a changed row counts as one removed and one added.
    """

    name: str
    key: tuple[str, ...] | None
    before: int
    after: int
    common: int
    added: int
    removed: int
    changed: int
    columns: list[ColumnChange]
    columns_added: Columns
    columns_removed: Columns
    columns_retyped: dict[str, tuple[str, str]]

    @property
    def is_different(self) -> bool:
        return bool(
            self.added
            or self.removed
            or self.changed
            or self.columns_added
            or self.columns_removed
            or self.columns_retyped
        )

    @property
    def columns_different(self) -> list[ColumnChange]:
        """Columns of both builds with other cells, or another measure by other rows."""
        return [c for c in self.columns if c.cell_count or c.before != c.after]


@dataclass(frozen=True)
class Difference:
    """Two builds: tables that one of them lacks (name → rows), and the rest."""

    appeared: dict[str, int]
    vanished: dict[str, int]
    tables: list[TableChange]


def compare(base: Path, head: Path) -> Difference:
    """Compare the marts and exports of two DuckDB files; raises ClickToCashError."""
    with connect() as connection:
        _attach(connection, base, "before")
        _attach(connection, head, "after")
        old, new = (
            _tables(connection, database, path)
            for database, path in (("before", base), ("after", head))
        )
        return Difference(
            appeared=_row_counts(connection, "after", new.keys() - old.keys()),
            vanished=_row_counts(connection, "before", old.keys() - new.keys()),
            tables=[
                _compare_table(connection, name, old[name], new[name])
                for name in old
                if name in new
            ],
        )


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, alias: str) -> None:
    if not path.exists():
        raise ClickToCashError(f"no database at {path}")
    text = str(path.resolve()).replace("'", "''")
    try:
        connection.execute(f"attach '{text}' as {alias} (type duckdb, read_only)")
    except duckdb.Error as error:
        raise ClickToCashError(
            f"cannot read {path}: close what has it open, or give a DuckDB file"
            f" ({str(error).splitlines()[0]})"
        ) from None


def _tables(
    connection: duckdb.DuckDBPyConnection, database: str, path: Path
) -> dict[Name, Columns]:
    """Tables and views by schema and name, each with its columns in order."""
    schemas = connection.execute(
        "select schema_name from duckdb_schemas()"
        " where database_name = ? and schema_name in ?",
        [database, list(SCHEMAS)],
    ).fetchall()
    if not schemas:
        raise ClickToCashError(
            f"{path} has no schema marts or exports: give a finished build"
        )
    tables: dict[Name, Columns] = {}
    for schema, table, column, data_type in connection.execute(
        """
        select schema_name, table_name, column_name, data_type
        from duckdb_columns()
        where
            database_name = ?
            and schema_name in ?
            and not starts_with(table_name, '_')
        order by list_position(?, schema_name), table_name, column_index
        """,
        [database, list(SCHEMAS), list(SCHEMAS)],
    ).fetchall():
        tables.setdefault((schema, table), {})[column] = data_type
    return tables


def _row_counts(
    connection: duckdb.DuckDBPyConnection, database: str, names: set[Name]
) -> dict[str, int]:
    return {
        ".".join(name): _row(
            connection, f"select count(*) as n from {_relation(database, name)}", name
        )["n"]
        for name in sorted(names)
    }


def _compare_table(
    connection: duckdb.DuckDBPyConnection,
    name: Name,
    old: Columns,
    new: Columns,
) -> TableChange:
    shared = [column for column in old if column in new]
    measures = [_measure(column, old[column], new[column]) for column in shared]
    as_text = [not _compares(old[column], new[column]) for column in shared]
    relations = [_relation("before", name), _relation("after", name)]
    width = _key_width(connection, relations, shared, name)
    # Columns go by number inside, for their names may be anything at all.
    places = range(len(shared))
    sides = [_side(relation, shared, as_text, width) for relation in relations]
    keys = [*places, len(shared)] if width is None else [*range(width)]
    matches = [f"b.c{i} is not distinct from a.c{i}" for i in keys] or ["true"]
    differs = " or ".join(f"b.c{i} is distinct from a.c{i}" for i in places)
    paired = "b.is_there and a.is_there"
    aggregates = [
        "count(b.is_there) as before",
        "count(a.is_there) as after",
        f"count(*) filter (where {paired}) as common",
        "count(*) filter (where b.is_there is null) as added",
        "count(*) filter (where a.is_there is null) as removed",
        f"count(*) filter (where {paired} and ({differs or 'false'})) as changed",
        *(
            aggregate
            for i, measure in enumerate(measures)
            for aggregate in _column_aggregates(i, measure, paired)
        ),
    ]
    found = _row(
        connection,
        f"select {', '.join(aggregates)}\n"
        f"from ({sides[0]}) as b full outer join ({sides[1]}) as a\n"
        f"on {' and '.join(matches)}",
        name,
    )
    return TableChange(
        name=".".join(name),
        key=None if width is None else tuple(shared[:width]),
        before=found["before"],
        after=found["after"],
        common=found["common"],
        added=found["added"],
        removed=found["removed"],
        changed=found["changed"],
        columns=[
            ColumnChange(
                name=shared[i],
                measure=measures[i],
                cell_count=found[f"cells_{i}"],
                before=found[f"before_{i}"],
                after=found[f"after_{i}"],
                difference=found[f"difference_{i}"],
            )
            for i in places
        ],
        columns_added={c: t for c, t in new.items() if c not in old},
        columns_removed={c: t for c, t in old.items() if c not in new},
        columns_retyped={c: (old[c], new[c]) for c in shared if old[c] != new[c]},
    )


def _measure(column: str, old: str, new: str) -> str:
    """What is shown of a column with these types before and after."""
    if _are(_NUMBER, old, new) and not _NO_SUM.fullmatch(column):
        return "sum"
    if _are(_TIME, old, new):
        return "range"
    return "true" if old == new == "BOOLEAN" else "blank"


def _compares(old: str, new: str) -> bool:
    """Whether values of the two types compare as they are; all others do as text."""
    return old == new or _are(_NUMBER, old, new) or _are(_TIME, old, new)


def _are(form: re.Pattern[str], *types: str) -> bool:
    return all(form.fullmatch(data_type) for data_type in types)


def _key_width(
    connection: duckdb.DuckDBPyConnection,
    relations: Sequence[str],
    columns: Sequence[str],
    name: Name,
) -> int | None:
    """How many first columns are unique in both; None if not even all of them are.

    A longer prefix of a unique one is unique too. Keys are short, so the search tries
    widths 0, 1, 2, 4, … and then halves the last step.
    """
    low, high = -1, 0
    while not _is_unique(connection, relations, columns[:high], name):
        if high == len(columns):
            return None
        low, high = high, min(max(1, 2 * high), len(columns))
    while high - low > 1:
        middle = (low + high) // 2
        if _is_unique(connection, relations, columns[:middle], name):
            high = middle
        else:
            low = middle
    return high


def _is_unique(
    connection: duckdb.DuckDBPyConnection,
    relations: Sequence[str],
    columns: Sequence[str],
    name: Name,
) -> bool:
    by = ", ".join(map(_quoted, columns)) or "()"
    return not any(
        _row(
            connection,
            "select exists (select count(*) from"
            f" {relation} group by {by} having count(*) > 1) as is_repeated",
            name,
        )["is_repeated"]
        for relation in relations
    )


def _side(
    relation: str,
    columns: Sequence[str],
    as_text: Sequence[bool],
    width: int | None,
) -> str:
    """The rows of one build with columns c0, c1, …, comparable with the other build's.

    Where no prefix is unique, one more column numbers the rows that are equal.
    """
    selected = [
        f"cast({_quoted(column)} as varchar) as c{i}"
        if as_text[i]
        else f"{_quoted(column)} as c{i}"
        for i, column in enumerate(columns)
    ]
    if width is None:
        by = ", ".join(map(_quoted, columns))
        number = f"row_number() over ({f'partition by {by}' if by else ''})"
        selected.append(f"{number} as c{len(columns)}")
    return f"select {', '.join([*selected, 'true as is_there'])} from {relation}"


def _column_aggregates(place: int, measure: str, paired: str) -> Iterator[str]:
    before, after = (
        _MEASURES[measure].format(f"{side}.c{place}", f"{side}.is_there")
        for side in "ba"
    )
    differs = f"b.c{place} is distinct from a.c{place}"
    yield f"count(*) filter (where {paired} and {differs}) as cells_{place}"
    yield f"{before} as before_{place}"
    yield f"{after} as after_{place}"
    if measure == "range":
        yield f"null as difference_{place}"
    else:
        difference = f"coalesce({after}, 0) - coalesce({before}, 0)"
        yield f"{difference} as difference_{place}"


def _row(connection: duckdb.DuckDBPyConnection, sql: str, name: Name) -> dict[str, Any]:
    """The one row of a query about a table."""
    try:
        result = connection.execute(sql)
        names = [column[0] for column in result.description or ()]
        return dict(zip(names, result.fetchone() or (), strict=True))
    except duckdb.Error as error:
        # Other messages may hold a value.
        of_names = (duckdb.CatalogException, duckdb.BinderException)
        reason = str(error).splitlines()[0] if isinstance(error, of_names) else ""
        raise ClickToCashError(
            f"cannot compare {'.'.join(name)}: {reason or type(error).__name__}"
        ) from None


def _relation(database: str, name: Name) -> str:
    return ".".join([database, *map(_quoted, name)])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
