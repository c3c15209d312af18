"""How a build looks in a terminal: its steps, and what the gates found."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from click_to_cash.build import Listener
from click_to_cash.steps import Step

if TYPE_CHECKING:
    from click_to_cash.quality.gate import Inspection

# Alarms of one check that are shown; Data Docs have all of them.
SHOWN = 3
TITLES = {
    Step.CHECK_RAW: "check raw",
    Step.MODELS: "build models",
    Step.CHECK_MARTS: "check marts",
    Step.PUBLISH: "publish",
}


def checks(inspection: Inspection) -> Table:
    """Each check with the number of tables it judged and of alarms it raised."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    table.add_column("check", no_wrap=True)
    for name in ("tables", "alarms"):
        table.add_column(name, justify="right")
    for check in dict.fromkeys(verdict.check for verdict in inspection.verdicts):
        found = [v.alarms for v in inspection.verdicts if v.check == check]
        raised = sum(map(len, found))
        style = "bold red" if raised else ""
        table.add_row(check, str(len(found)), str(raised), style=style)
    return table


def alarms(inspection: Inspection) -> Table:
    """What is out of bounds, a row for each thing found."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for name in ("check", "subject", "period"):
        table.add_column(name, overflow="fold")
    for name in ("found", "expected"):
        table.add_column(name, justify="right", no_wrap=True)
    for verdict in inspection.verdicts:
        for alarm in verdict.alarms[:SHOWN]:
            table.add_row(verdict.check, *(_cell(alarm.get(name)) for name in _COLUMNS))
        more = len(verdict.alarms) - SHOWN
        if more > 0:
            table.add_row(verdict.check, f"… and {more} more of {verdict.table}")
    return table


_COLUMNS = ("subject", "period", "found", "expected")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.10g}"
    # A page may be called anything, also what the terminal takes for style.
    return "" if value is None else escape(str(value))


def summary(inspection: Inspection) -> str:
    """One line: how many checks on how many tables, and how many found something."""
    verdicts = inspection.verdicts
    closed = sum(not verdict.is_passed for verdict in verdicts)
    found = f"{closed} of them found something" if closed else "all passed"
    tables = len({verdict.table for verdict in verdicts})
    return (
        f"{len(verdicts)} checks of {tables} tables as of {inspection.today}: {found}"
    )


class Terminal:
    """Prints how long each step took; a terminal also shows the one that goes on."""

    def __init__(self, console: Console) -> None:
        """Progress goes to this console."""
        self._console = console
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            BarColumn(),
            TextColumn("{task.fields[place]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._title = ""
        self._started = 0.0
        self._note = ""
        self._remarks: list[str] = []

    @property
    def listener(self) -> Listener:
        """Whom the build tells."""
        return Listener(
            lambda step: self.begin(TITLES[step]),
            self._advanced,
            self._remarks.append,
            self._inspected,
        )

    def begin(self, title: str) -> None:
        """A step of this title begins, and the one before has ended."""
        self.finish()
        self._title, self._started, self._note = title, time.monotonic(), ""
        if self._console.is_terminal:
            self._bar.start()
            self._task = self._bar.add_task(title, total=None, place="")

    def _advanced(self, index: int, total: int) -> None:
        self._note = f"{total} models, seeds and tests"
        self.advance(index, total)

    def advance(self, index: int, total: int) -> None:
        """So much of the step has begun."""
        if self._task is not None:
            self._bar.update(
                self._task, completed=index, total=total, place=f"{index} of {total}"
            )

    def _inspected(self, inspection: Inspection) -> None:
        self._note = summary(inspection)
        if not inspection.is_passed:
            self.finish()
            self._console.print(alarms(inspection))

    def note(self, text: str) -> None:
        """Something to say of the step that ends."""
        self._note = text

    def finish(self, mark: str = "done") -> None:
        """The step that was begun has ended."""
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._bar.stop()
            self._task = None
        if self._title:
            seconds = time.monotonic() - self._started
            title = f"{self._title} {mark}"
            line = f"{title:<20}{seconds:6.1f} s   {self._note}".rstrip()
            self._console.print(line, markup=False, highlight=False)
            for remark in self._remarks:
                self._console.print(f"  {escape(remark)}", style="dim", highlight=False)
            self._title, self._remarks[:] = "", []
