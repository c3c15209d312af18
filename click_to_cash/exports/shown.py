"""How an export looks in a terminal: what goes, what does not, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.table import Table

from click_to_cash.exports.export import Counted, Exported

# Malformed events that are shown; they have one cause, as a rule.
SHOWN = 5


def table(counted: Sequence[Counted]) -> Table:
    """Events by destination, status and reason, with what they tell in all."""
    found = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for name in ("destination", "status", "reason", "kind"):
        found.add_column(name, no_wrap=True)
    for name in ("events", "value"):
        found.add_column(name, justify="right", no_wrap=True)
    before = None
    for row in counted:
        found.add_row(
            row.destination if row.destination != before else "",
            row.status,
            row.reason or "",
            row.kind,
            f"{row.count:,}",
            f"{row.value:,.2f}",
            style="bold" if row.status == "ready" else "",
        )
        before = row.destination
    return found


def lines(exported: Exported, out: Path | None) -> Iterator[str]:
    """What was written where."""
    if not out:
        yield "nothing is written: --out DIR writes what is ready"
        return
    for batch in exported.finished:
        yield f"{batch} of an export that was interrupted is there now"
    for line in exported.malformed[:SHOWN]:
        yield f"left out: {line}"
    for _, alike in groupby(exported.batches, lambda batch: _unnumbered(batch[0])):
        files, counts = zip(*alike, strict=True)
        until = f" to {files[-1].name}" if len(files) > 1 else ""
        yield f"{sum(counts):>9,} events in {files[0]}{until}"
    if not exported.batches:
        yield "nothing is ready"


def _unnumbered(file: Path) -> str:
    return file.stem.rpartition("-")[0]
