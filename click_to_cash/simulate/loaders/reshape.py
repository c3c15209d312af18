"""Rows and columns put into other shapes: renamed, chosen, each once, other units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.dice import Flags

Change = Callable[[Text], Text]


def renamed(
    table: Table, columns: str, changes: Mapping[str, Change] | None = None
) -> Table:
    """The columns named `name=column` or just `column`, each as its change makes it."""
    named: Table = {}
    for column in columns.split():
        name, _, source = column.partition("=")
        change = (changes or {}).get(name)
        text = table[source or name]
        named[name] = change(text) if change else text
    return named


def nothing(text: Text) -> Text:
    """As many blanks: a column that the business has no values for."""
    return col.same(None, len(text))


def flags(mask: Text) -> Flags:
    """A mask of pyarrow's, unknown as no."""
    found: Flags = np.asarray(pc.fill_null(mask, False))
    return found


def told(texts: Text) -> Flags:
    """Where something stands."""
    return flags(pc.is_valid(texts))


def of_platform(table: Table, platform: str) -> Table:
    """The rows of one ad platform."""
    return col.chosen(table, flags(pc.equal(table["platform"], platform)))


def distinct(table: Table) -> Table:
    """Every row once, in order of first appearance."""
    rows = pa.table(table).group_by(list(table), use_threads=False).aggregate([])
    return {name: rows[name].combine_chunks() for name in table}


def by_word(words: Mapping[str, str]) -> Change:
    """Words as another product has them; others stay."""

    def change(texts: Text) -> Text:
        return pa.array([words.get(t, t) for t in texts.to_pylist()], pa.string())

    return change


def decimal(text: str | None) -> Decimal | None:
    """A number as written; none where there is none, or no number."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def in_micros(texts: Text) -> Text:
    """Amounts in millionths; what is no amount stays."""

    def micros(text: str | None) -> str | None:
        amount = decimal(text)
        return text if amount is None else f"{amount.scaleb(6):.0f}"

    return pa.array([micros(text) for text in texts.to_pylist()], pa.string())


def negated(amounts: Text) -> Text:
    """Amounts with the other sign."""
    positive = pc.utf8_slice_codeunits(amounts, 1)
    return pc.if_else(pc.starts_with(amounts, "-"), positive, col.glue("-", amounts))
