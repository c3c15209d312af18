"""The ledger of what was sent: one file per batch and one per answer, never changed.

    <log>/<batch>.parquet             what a batch told, written before its file appears
    <log>/<batch>.answer-<n>.parquet  what the platform said of it

A batch exists once its log does. Its file has been written by then, under a name that
nobody uploads, and only has to be renamed: whoever dies in between leaves a batch that
the next export finishes, and never one that is lost or sent twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from click_to_cash import files
from click_to_cash.errors import ClickToCashError
from click_to_cash.exports.formats import Answer, Event

TIMES = pa.timestamp("us")
# As in models/staging/exported/_sources.yml.
SCHEMA = pa.schema(
    [
        ("destination", pa.string()),
        ("batch_id", pa.string()),
        ("row_number", pa.int64()),
        ("state", pa.string()),
        ("error", pa.string()),
        ("kind", pa.string()),
        ("conversion_name", pa.string()),
        ("conversion_type", pa.string()),
        ("conversion_id", pa.string()),
        ("transaction_id", pa.string()),
        ("currency_code", pa.string()),
        ("click_id_type", pa.string()),
        ("click_id", pa.string()),
        ("file", pa.string()),
        ("payload_hash", pa.string()),
        ("value", pa.decimal128(18, 2)),
        ("event_at", TIMES),
        ("known_at", TIMES),
        ("logged_at", TIMES),
    ]
)
OF_EVENTS = [
    *("destination", "kind", "conversion_name", "conversion_type", "conversion_id"),
    *("transaction_id", "currency_code", "click_id_type", "click_id"),
    *("value", "event_at", "known_at"),
]


@dataclass(frozen=True)
class Batch:
    """Events of one file, called as the batch, with the payload of each."""

    file: Path
    events: Sequence[Event]
    payloads: Sequence[bytes]
    content: bytes


def staged(log: Path, file: Path) -> Path:
    """The name of a batch's file until its log is there; each log has its own."""
    return file.with_name(f".{file.name}{_mark(log)}")


def _mark(log: Path) -> str:
    digest = hashlib.sha256(str(log.resolve()).encode()).hexdigest()
    return f".{digest[:12]}.unfinished"


def commit(log: Path, batch: Batch, now: datetime) -> None:
    """Write file and log of a batch: both appear, or neither does."""
    hidden = staged(log, batch.file)
    _write(hidden, batch.content)
    files.flush(hidden.parent)
    columns: dict[str, Any] = {
        name: [event[name] for event in batch.events] for name in OF_EVENTS
    }
    size = len(batch.events)
    columns |= {
        "batch_id": [batch.file.stem] * size,
        "row_number": range(1, size + 1),
        "state": ["written"] * size,
        "error": [None] * size,
        "file": [str(batch.file)] * size,
        "payload_hash": [hashlib.sha256(p).hexdigest() for p in batch.payloads],
        "logged_at": [now] * size,
    }
    _append(log / f"{batch.file.stem}.parquet", columns)
    finish(log, batch.file)


def finish(log: Path, file: Path) -> None:
    """Give a batch whose log is there the name that it is uploaded under."""
    staged(log, file).rename(file)
    files.flush(file.parent)


def recover(log: Path, folder: Path) -> list[str]:
    """Finish what an export that died has logged, here and in the folders of the log.

    Returns the names of the batches that were finished. What was not logged goes.
    """
    finished, logged, mark = [], set(_files(log)), _mark(log)
    for place in {folder, *(Path(file).parent for file in logged)}:
        for hidden in sorted(place.glob(f".*{mark}")):
            file = place / hidden.name.removeprefix(".").removesuffix(mark)
            if str(file) in logged:
                finish(log, file)
                finished.append(file.stem)
            else:
                hidden.unlink()
    return finished


def last_logged(log: Path) -> tuple[datetime | None, set[str]]:
    """When something was logged last, and in which currencies values were told."""
    at, currencies = _one(log, "max(logged_at), list(distinct currency_code)")
    return at, set(currencies or ())


def free_name(log: Path, out: Path, prefix: str, extension: str) -> Path:
    """A file of a batch that neither the log nor the folder has."""
    for number in count(1):
        file = out / f"{prefix}-{number:03}.{extension}"
        if not (log / f"{file.stem}.parquet").exists() and not file.exists():
            return file
    raise AssertionError("there are numbers enough")


def read(log: Path, batch_id: str) -> tuple[str, list[str]]:
    """Destination and transactions of a batch; ClickToCashError for none such."""
    path = log / f"{batch_id}.parquet"
    if not path.exists():
        known = sorted(
            p.stem for p in log.glob("*.parquet") if ".answer-" not in p.name
        )
        raise ClickToCashError(
            f"no batch {batch_id} in {log}: "
            + (f"the last ones are {', '.join(known[-3:])}" if known else "it is empty")
        )
    table = pq.read_table(path, columns=["destination", "transaction_id"])
    return table["destination"][0].as_py(), table["transaction_id"].to_pylist()


def answer(
    log: Path, batch_id: str, answers: Sequence[Answer], now: datetime
) -> tuple[int, int]:
    """Log what a platform said of a batch; how many it accepted and refused."""
    batch = pq.read_table(log / f"{batch_id}.parquet")
    rows = batch.take([number - 1 for number, _ in answers]).to_pydict()
    rows |= {
        "state": ["accepted" if error is None else "refused" for _, error in answers],
        "error": [error for _, error in answers],
        "logged_at": [now] * len(answers),
    }
    earlier = list(log.glob(f"{batch_id}.answer-*.parquet"))
    _append(log / f"{batch_id}.answer-{len(earlier) + 1}.parquet", rows)
    refused = sum(error is not None for _, error in answers)
    return len(answers) - refused, refused


def is_answered(log: Path, batch_id: str) -> bool:
    """Whether the platform has said anything of a batch."""
    return any(log.glob(f"{batch_id}.answer-*.parquet"))


def _append(path: Path, columns: dict[str, Any]) -> None:
    table = pa.table([columns[field.name] for field in SCHEMA], schema=SCHEMA)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    hidden = path.with_name(f".{path.name}.unfinished")
    _write(hidden, sink.getvalue())
    hidden.rename(path)
    files.flush(path.parent)


def _write(path: Path, content: bytes | pa.Buffer) -> None:
    """A file on the disk, readable by its owner alone."""
    path.unlink(missing_ok=True)
    with open(path, "xb") as file:
        path.chmod(0o600)
        file.write(content)
    files.flush(path)


def _files(log: Path) -> list[str]:
    (found,) = _one(log, "list(distinct file)")
    return found or []


def _one(log: Path, expressions: str) -> tuple[Any, ...]:
    """Aggregates over the whole log; None for each where it is empty."""
    pattern = str(log / "*.parquet").replace("'", "''")
    relation = (
        f"read_parquet('{pattern}')"
        if any(log.glob("*.parquet"))
        else "(select null as logged_at, null as currency_code, null as file)"
    )
    row = duckdb.execute(f"select {expressions} from {relation}").fetchone()
    return tuple(
        [v for v in value if v is not None] if isinstance(value, list) else value
        for value in row or ()
    )
