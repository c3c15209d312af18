"""The difference of two builds as GitHub Markdown, the most changed table first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from click_to_cash.diff import ColumnChange, Difference, Number, TableChange

_LEGEND = (
    "*Cells changed* counts matched rows; *measure* is of all rows: the sum of numbers,"
    " how many are true or blank, the range of dates."
)


def render(difference: Difference) -> str:
    """The difference as GitHub Markdown: what came and went, tables, their columns."""
    compared = difference.tables
    different = [table for table in compared if table.is_different]
    different.sort(key=lambda table: -(table.added + table.removed + table.changed))
    if not (different or difference.appeared or difference.vanished):
        return (
            f"Nothing changed: {_count(len(compared), 'table')} with"
            f" {_count(sum(t.after for t in compared), 'row')} are the same in both.\n"
        )
    blocks = [
        f"**{len(different)} of {_count(len(compared), 'table')} that both have"
        f" {'differs' if len(different) == 1 else 'differ'}.**",
        *_came_and_went("Vanished", difference.vanished),
        *_came_and_went("Appeared", difference.appeared),
    ]
    if different:
        blocks.append(_summary(different))
    same = [_code(table.name) for table in compared if not table.is_different]
    if same:
        blocks.append(f"The same in both: {', '.join(same)}.")
    for table in different:
        blocks.extend(_section(table))
    if any(table.columns_different for table in different):
        blocks.append(_LEGEND)
    return "\n\n".join(blocks) + "\n"


def _came_and_went(verb: str, tables: dict[str, int]) -> Iterator[str]:
    if tables:
        listed = ", ".join(
            f"{_code(t)} ({_count(n, 'row')})" for t, n in tables.items()
        )
        yield f"**{verb}:** {listed}."


def _summary(tables: Sequence[TableChange]) -> str:
    lines = [
        "| Table | Rows before | Rows after | Added | Removed | Changed | Columns |",
        "| :--- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for t in tables:
        columns = {column.name for column in t.columns_different}.union(
            t.columns_added, t.columns_removed, t.columns_retyped
        )
        cells = [t.before, t.after, t.added, t.removed, t.changed, len(columns)]
        lines.append(f"| {_code(t.name)} | {' | '.join(f'{n:,}' for n in cells)} |")
    return "\n".join(lines)


def _section(table: TableChange) -> Iterator[str]:
    yield f"### {_code(table.name)}"
    if table.key is None:
        yield (
            "No first columns tell its rows apart, so rows are compared whole:"
            " a changed row counts as one removed and one added."
        )
    elif table.key:
        yield f"Rows are matched by {', '.join(map(_code, table.key))}."
    columns = [
        *(
            f"- column {_code(c)} was added: {_type(t)}"
            for c, t in table.columns_added.items()
        ),
        *(
            f"- column {_code(c)} was removed: {_type(t)}"
            for c, t in table.columns_removed.items()
        ),
        *(
            f"- column {_code(c)} changed its type: {_type(old)} → {_type(new)}"
            for c, (old, new) in table.columns_retyped.items()
        ),
    ]
    if columns:
        yield "\n".join(columns)
    different = table.columns_different
    if different:
        yield "\n".join(
            [
                "| Column | Cells changed | Measure | Before | After | Difference |",
                "| :--- | ---: | :--- | ---: | ---: | ---: |",
                *map(_column_line, different),
            ]
        )


def _column_line(column: ColumnChange) -> str:
    cells = [
        _code(column.name),
        f"{column.cell_count:,}" if column.cell_count else "",
        column.measure,
        *(
            value if isinstance(value, str) else _number(value)
            for value in (column.before, column.after)
        ),
        _number(column.difference, sign="+") if column.difference else "",
    ]
    return f"| {' | '.join(cells)} |"


def _number(value: Number | None, sign: str = "") -> str:
    """With commas; of more than two decimals no zeros at the end."""
    if value is None:
        return ""
    text = f"{value:{sign},}" if isinstance(value, int) else f"{value:{sign},f}"
    whole, dot, decimals = text.partition(".")
    if len(decimals) > 2:
        decimals = decimals.rstrip("0")
    return whole + (dot + decimals if decimals else "")


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _type(data_type: str) -> str:
    """The type; an enum's name would list its values."""
    return _code("ENUM" if "ENUM(" in data_type else data_type)


def _code(name: str) -> str:
    """A name as code; one with characters of Markdown is spelled out in numbers."""
    if re.fullmatch(r"[\w.(),]([\w.(), ]*[\w.(),])?", name):
        return f"`{name}`"
    spelled = (c if c.isalnum() or c in " ." else f"&#{ord(c)};" for c in name)
    return f"<code>{''.join(spelled)}</code>"
