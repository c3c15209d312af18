"""Write what is ready for the ad platforms, and read what they answer."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import orjson

from click_to_cash import build, dbt, files
from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError
from click_to_cash.exports import (
    fitness,
    formats,
    google_ads,
    google_data_manager,
    linkedin_ads,
    log,
    meta_ads,
    microsoft_ads,
    tiktok_ads,
)
from click_to_cash.exports.formats import Event, Format
from click_to_cash.settings import database_path, export_log_path

FORMATS: dict[str, Format] = {
    "google_data_manager": google_data_manager,
    "google_ads": google_ads,
    "microsoft_ads": microsoft_ads,
    "meta_ads": meta_ads,
    "linkedin_ads": linkedin_ads,
    "tiktok_ads": tiktok_ads,
}
# What depends on the time of judging and on the log.
JUDGED = ("int_judgement+", "stg_exported__export_log+")
NOT_UPLOADED = "not_uploaded"
ROWS_AT_A_TIME = 10_000

READY = """
select
    events.event_id, events.kind, events.conversion_name, events.conversion_type,
    events.conversion_id, events.transaction_id, events.account_id,
    events.platform_action_id, events.currency_code, events.click_id_type,
    events.click_id, events.hashed_email, events.hashed_phone,
    events.consent_ad_user_data, events.consent_ad_personalization, events.page_url,
    events.user_agent, events.event_time, events.adjustment_time, events.value,
    events.order_discount, events.is_new_customer, events.event_at, events.clicked_at,
    events.adjusted_at, events.known_at, events.destination, carts.items
from exports.conversion_events as events
left join (
    select
        order_id,
        list({
            'product_id': product_id,
            'quantity': quantity,
            'unit_price': unit_price::double
        } order by order_line_id)::json as items
    from intermediate.int_cart_lines
    group by order_id
) as carts
    on
        $takes_carts
        and events.has_cart
        and events.conversion_id = carts.order_id
where events.status = 'ready' and events.destination = $destination
order by
    events.account_id, events.platform_action_id, events.conversion_name,
    events.kind <> 'conversion', events.event_at, events.transaction_id
"""
COUNTED = """
from (
    select
        destination, status, reason, kind,
        count(*) as event_count,
        coalesce(sum(value), 0) as value
    from exports.conversion_events
    where destination in (select unnest($destinations))
    group by all
)
order by
    list_position($destinations, destination),
    list_position(['ready', 'waiting', 'rejected', 'sent', 'superseded'], status),
    event_count desc, reason, kind
"""


@dataclass(frozen=True)
class Counted:
    """Events of a destination with the same status, reason and kind."""

    destination: str
    status: str
    reason: str | None
    kind: str
    count: int
    value: Any


@dataclass
class Exported:
    """What an export has done: batches, and events that their schema forbids."""

    batches: list[tuple[Path, int]] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)


def judge(now: datetime) -> None:
    """Say anew, as of now, what is ready; raises ClickToCashError without a build."""
    fitness.refuse_unfit(now)
    dbt.run(
        *("run", "--select", *JUDGED),
        environment={"C2C_EXPORT_AT": now.isoformat(" ", "seconds"), "C2C_AS_OF": ""},
    )


def chosen(destinations: Sequence[str]) -> list[str]:
    """The destinations asked for, else all; ClickToCashError for an unknown one."""
    for name in destinations:
        if name not in FORMATS:
            raise ClickToCashError(
                f"no destination {name}: there are {', '.join(FORMATS)}"
            )
    return list(destinations) or list(FORMATS)


def count(destinations: Sequence[str]) -> list[Counted]:
    """What would go, what would not and why, after `judge`."""
    with connect(database_path(), read_only=True) as connection:
        rows = connection.execute(
            COUNTED, {"destinations": list(destinations)}
        ).fetchall()
    return [Counted(*row) for row in rows]


def export(
    destinations: Sequence[str],
    out: Path | None,
    now: datetime,
    listener: Callable[[str], None],
) -> tuple[list[Counted], Exported]:
    """Judge, and with `out` write what is ready there; what was ready and the rest."""
    names = chosen(destinations)
    exported = Exported()
    if not out:
        with build.held_alone():
            listener("judge")
            judge(now)
            return count(names), exported
    if now > datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1):
        raise ClickToCashError(f"{now} is in the future: give no later --now than now")
    folder, out = export_log_path(), out.resolve()
    for place in (folder, out):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        build.held_alone(),
        files.alone(folder, f"{folder} is in use: wait for it"),
        files.alone(out, f"{out} is in use: wait for it"),
    ):
        for name in FORMATS:
            # A writer outlives the export that began it, if that was killed.
            with _alone(folder, name):
                pass
        exported.finished = log.recover(folder, out)
        listener("judge")
        judge(now)
        counted = count(names)
        with connect(database_path(), read_only=True) as connection:
            fitness.refuse_strangers(connection)
        listener("write")
        ready = {row.destination for row in counted if row.status == "ready"}
        _write_all([n for n in names if n in ready], out, folder, now, exported)
    return counted, exported


def _write_all(
    names: Sequence[str], out: Path, folder: Path, now: datetime, exported: Exported
) -> None:
    """Write destinations beside each other, each in a process, which costs a second."""
    database = database_path()
    if len(names) < 2:
        for name in names:
            _write_one(database, name, out, folder, now, exported)
        return
    spawned = multiprocessing.get_context("spawn")
    # Carts take twice the time: begun last, one of them would be waited for alone.
    longest_first = sorted(names, key=lambda name: not FORMATS[name].TAKES_CARTS)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as processes:
        written = {
            name: processes.submit(
                _write_one, database, name, out, folder, now, Exported()
            )
            for name in longest_first
        }
    for name in names:
        found = written[name].result()
        exported.batches += found.batches
        exported.malformed += found.malformed


def _alone(folder: Path, name: str) -> AbstractContextManager[None]:
    """The right to write for a destination."""
    return files.alone(folder / name, f"{folder} is in use for {name}: wait for it")


def _write_one(
    database: Path,
    name: str,
    out: Path,
    folder: Path,
    now: datetime,
    exported: Exported,
) -> Exported:
    os.umask(0o077)
    # Millions of small objects, none in a cycle: looking for one takes a sixth.
    gc.disable()
    try:
        with (
            _alone(folder, name),
            connect(database, read_only=True) as connection,
        ):
            write(connection, name, out, folder, now, exported)
    finally:
        gc.enable()
    return exported


def write(
    connection: duckdb.DuckDBPyConnection,
    destination: str,
    out: Path,
    folder: Path,
    now: datetime,
    exported: Exported,
) -> None:
    """Write and log what is ready for a destination, one batch after the other."""
    (size,) = connection.execute(
        "select events_per_batch from reference.export_destinations"
        " where destination = ?",
        [destination],
    ).fetchone() or (0,)
    form = FORMATS[destination]
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    for part, events in _parts(_ready(connection, destination), form, size):
        batch = _sound(destination, form, part, events, exported)
        if not batch:
            continue
        prefix = f"{destination}-{part}-{stamp}"
        file = log.free_name(folder, out, prefix, form.EXTENSION)
        told, payloads = zip(*batch, strict=True)
        log.commit(
            folder,
            log.Batch(file, told, payloads, form.file(told, payloads)),
            now,
        )
        exported.batches.append((file, len(told)))


def _ready(connection: duckdb.DuckDBPyConnection, destination: str) -> Iterator[Event]:
    """The events that are ready, those of one file beside each other."""
    result = connection.execute(
        READY,
        {
            "destination": destination,
            "takes_carts": FORMATS[destination].TAKES_CARTS,
        },
    )
    names = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(ROWS_AT_A_TIME):
        for row in rows:
            event = dict(zip(names, row, strict=True))
            # As text, which is read four times faster than it comes as objects.
            yield event | {"items": orjson.loads(event["items"] or "null")}


def _parts(
    events: Iterator[Event], form: Format, size: int
) -> Iterator[tuple[str, list[Event]]]:
    """Events that may share a file, no more than the platform takes at once."""

    def place(event: Event) -> tuple[str, str, str]:
        return event["account_id"], event["platform_action_id"], form.part(event)

    for (_, _, part), together in groupby(events, place):
        some: list[Event] = []
        for event in together:
            some.append(event)
            if len(some) == size:
                yield part, some
                some = []
        if some:
            yield part, some


def _sound(
    destination: str, form: Format, part: str, events: list[Event], exported: Exported
) -> list[tuple[Event, bytes]]:
    """Events with their payloads, without those that the schema forbids."""
    validator = formats.validator(destination, part)
    sound = []
    for event in events:
        payload = form.payload(event)
        if validator.is_valid(payload):
            is_csv = form.EXTENSION == "csv"
            sound.append(
                (
                    event,
                    formats.as_csv(payload.values())
                    if is_csv
                    else formats.as_json(payload),
                )
            )
        else:
            why = next(validator.iter_errors(payload)).message
            exported.malformed.append(f"{destination} {event['event_id']}: {why}")
    return sound


def confirm(batch_id: str, results: Path | None, now: datetime) -> tuple[int, int]:
    """Mark a batch by the platform's answer; how many it accepted and refused.

    Without `results` nothing of it was uploaded, and all of it may be sent again.
    """
    folder = export_log_path()
    with files.alone(folder, f"{folder} is in use: wait for it"):
        destination, transactions = log.read(folder, batch_id)
        if results is None:
            if log.is_answered(folder, batch_id):
                raise ClickToCashError(f"{batch_id} was answered: it was uploaded")
            answers = formats.all_refused(len(transactions), NOT_UPLOADED)
        else:
            try:
                text = results.read_text("utf-8-sig")
            except UnicodeDecodeError:
                raise ClickToCashError(
                    f"{results} is not UTF-8: save it anew"
                ) from None
            answers = FORMATS[destination].answers(text, transactions)
        return log.answer(folder, batch_id, answers, now)
