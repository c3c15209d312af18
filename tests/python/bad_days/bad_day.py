"""What a bad day is: a corruption with a name and the verdict that it must get."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from click_to_cash.steps import Step

Kind = Literal["harmless", "rejected", "alarmed", "refused"]
Row = dict[str, str]
# The demo is checked on 2026-01-01; its recent days begin here.
WEEK = "2025-12-25"
NEWEST_DAY = "2025-12-31"


Corruption = Callable[[Path], None]


@dataclass(frozen=True)
class BadDay:
    """A corruption of the demo's folder and what must come of it.

    `by` names the check that is alarmed, the text of the refusal, or the kind of the
    rejected rows as `table.column issue`; of a harmless day it says why, if need be.
    `at` is the step before which the damage happens; `unlike` are the marts in which a
    harmless day may be seen.
    """

    corrupt: Corruption
    kind: Kind
    by: str = ""
    at: Step = Step.CHECK_RAW
    unlike: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in words."""
        return self.corrupt.__name__.replace("_", " ")

    @property
    def description(self) -> str:
        """What happens in the world."""
        return " ".join((self.corrupt.__doc__ or "").split())


class BadDays:
    """The bad days of one theme, in the order in which they are written."""

    def __init__(self) -> None:
        """None yet."""
        self.all: list[BadDay] = []

    def harmless(
        self, by: str = "", unlike: tuple[str, ...] = ()
    ) -> Callable[[Corruption], Corruption]:
        """Every mart stays as it was, but for what is told of those in `unlike`."""
        return self._stated("harmless", by, unlike=unlike)

    def rejected(self, by: str) -> Callable[[Corruption], Corruption]:
        """Just the damaged rows are in data_issues, as `table.column issue`."""
        return self._stated("rejected", by)

    def alarmed(
        self, by: str, at: Step = Step.CHECK_RAW
    ) -> Callable[[Corruption], Corruption]:
        """A gate closes, and this check is among those that close it."""
        return self._stated("alarmed", by, at=at)

    def refused(self, by: str) -> Callable[[Corruption], Corruption]:
        """The build stops with one line that holds this text."""
        return self._stated("refused", by)

    def _stated(
        self,
        kind: Kind,
        by: str,
        at: Step = Step.CHECK_RAW,
        unlike: tuple[str, ...] = (),
    ) -> Callable[[Corruption], Corruption]:
        def register(corrupt: Corruption) -> Corruption:
            self.all.append(BadDay(corrupt, kind, by, at, unlike))
            return corrupt

        return register


# How a corruption edits the files.


def read(raw: Path, table: str) -> list[Row]:
    """The rows of a table as dicts of text, in the order of the file."""
    with (raw / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(raw: Path, table: str, rows: list[Row], delimiter: str = ",") -> None:
    """Replace the table's file; the first row has the columns."""
    with (raw / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, list(rows[0]), delimiter=delimiter, lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)


def is_recent(moment: str, since: str = WEEK) -> bool:
    """Whether a delivered date or time is of the recent days; junk is of none."""
    return moment.startswith("202") and moment[:10] >= since


@contextmanager
def edited(raw: Path, table: str) -> Iterator[list[Row]]:
    """The rows of a table, to be changed in place and written back."""
    rows = read(raw, table)
    yield rows
    write(raw, table, rows)


def each(
    raw: Path, table: str, change: Callable[[Row], Mapping[str, str] | None]
) -> None:
    """Give each row the values that `change` returns for it; None leaves it alone."""
    with edited(raw, table) as rows:
        for row in rows:
            row.update(change(row) or {})


def kept(raw: Path, table: str, keep: Callable[[Row], bool]) -> None:
    """Keep only some of the rows."""
    with edited(raw, table) as rows:
        rows[:] = [row for row in rows if keep(row)]


def changed_text(raw: Path, table: str, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of a table's file."""
    path = raw / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))
